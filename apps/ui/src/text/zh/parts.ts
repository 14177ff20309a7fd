import type { Messages } from '../index.tsx'

export const parts: Messages['parts'] = {
  failed: 'hub 返回：',
  offline: 'hub 没有应答。它还在运行吗？页面会自动重试。',
  broken: '页面的这一部分出错了：',
  brokenHint: '已采集的日志不会丢失。可以重试，或换一个视图；也请反馈这个问题。',
  retry: '重试',
  copied: '已复制',
  notCopied: '浏览器不允许页面复制',
  copy: '复制',
  close: '关闭',
  loading: '加载中 …',
  more: '加载更多',
  masked: (rule) => `已遮蔽：${rule}`,
  outcomes: {
    started: '运行中',
    ok: '成功',
    tool_error: '工具出错',
    rpc_error: 'RPC 错误',
    timeout: '超时',
    cancelled: '已取消',
    lost: '丢失',
  },
}
