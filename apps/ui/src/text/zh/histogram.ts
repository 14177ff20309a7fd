import type { Messages } from '../index.tsx'

export const histogram: Messages['histogram'] = {
  title: '直方图',
  range: '时间范围：方向键移动，加 Shift 选择，Enter 放大，Escape 缩小',
  by: '分组依据',
  splitBy: (field) => `按 ${field}`,
  hide: '隐藏直方图',
  show: '显示直方图',
  records: (count) => `${count} 条记录`,
  rest: '其他或无',
  empty: '此范围内没有记录。',
  failed: (why) => `未能统计：${why}`,
  table: (field) => `记录数随时间变化，按 ${field}`,
  time: '时间',
  all: '全部',
  zoomOut: '缩小',
  peak: (count) => `单柱最多 ${count}`,
}
