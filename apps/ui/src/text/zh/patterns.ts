import type { Messages } from '../index.tsx'

export const patterns: Messages['patterns'] = {
  title: '模式',
  about: '仅在数字、标识、引号内文本和路径上不同的消息，合并计数。',
  sort: '排序',
  sorts: { count: '最频繁', newest: '最新', level: '最严重' },
  columns: {
    count: '数量',
    levels: '级别',
    pattern: '模式',
    servers: '服务器',
    first: '首次',
    last: '最近',
    actions: '操作',
  },
  varies: '可变部分',
  empty: '没有匹配的记录，也就没有模式。',
  emptyWhy: '放宽条件：更长的时间范围，或更少的筛选。',
  only: (query) => `只看这类消息：${query}`,
  nothingFixed: '其中没有共同的固定部分：无法用查询只找到它们。',
  hide: '隐藏',
  hideThis: '隐藏此模式',
  example: '示例',
  showExample: '查看此模式最新的一条记录',
  share: (share) => `占全部的 ${share}`,
  more: (count) => `还有 ${count} 个`,
  limited: (count) => `最频繁的 ${count} 个模式；可能还有更少见的。`,
}
