import type { Messages } from '../index.tsx'

export const status: Messages['status'] = {
  servers: (all, alive) => `${all} 个服务器，${alive} 个在运行`,
  sum: (captured, stored, queued, dropped) =>
    `捕获 ${captured} = 已存储 ${stored} + 排队 ${queued} + 丢弃 ${dropped}`,
  atRisk: (records) => `当前有风险 ${records}`,
  lag: (time) => `存储滞后 ${time}`,
  store: (size) => `存储 ${size}`,
  hub: (version) => `hub ${version}`,
  offline: 'hub 没有应答',
  failed: 'hub 返回：',
  numbersOf: (time) => `数字截至 ${time}`,
  failing: '目前无法存储：',
  failingAdvice: '请腾出空间，或检查其主目录的权限。服务器照常运行，日志留在日志段中等待。',
  title: '每条记录在哪里',
  captured: '捕获',
  capturedAbout: '以上合计',
  stored: '已存储',
  storedAbout: '在存储中，任何查询都能找到',
  queued: '排队',
  queuedAbout: (size) => `有风险：已写入日志段（${size}），尚未存储`,
  dropped: '丢弃',
  droppedAbout: '已不存在，但每条都有计数',
  reasons: {
    retention: '超过保留时间，或超出存储上限',
    disk: '磁盘已满，为腾出空间而放弃',
    damage: '所在文件已无法读取',
    overflow: '到达速度超过读取速度',
    budget: '达到日志段的上限',
    write: '日志段无法写入',
    unknown: '序号缺失，原因不明',
  },
  unknowable:
    '捕获进程内存中的记录不在这些数字里：片刻后写入之前，只有它自己知道。如果它先被杀死，缺失的序号会计入 unknown。',
}
