import type { Messages } from '../index.tsx'

export const ask: Messages['ask'] = {
  only: '只看这个值',
  without: '排除这个值',
  replace: '只看这个值，清除其他条件',
  highlight: '高亮',
  column: '添加为列',
  copy: '复制',
}
