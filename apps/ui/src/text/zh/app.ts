import type { Messages } from '../index.tsx'

export const app: Messages['app'] = {
  title: 'Logboom',
  views: { stream: '日志流', calls: '调用', tools: '工具', servers: '服务器', patterns: '模式' },
  navigation: '视图',
  filters: '筛选',
  details: '详情',
  skip: '跳到日志',
  theme: '主题',
  themes: { system: '跟随系统', dark: '深色', light: '浅色' },
  language: '语言',
  systemLanguage: '跟随浏览器',
  help: '快捷键与帮助',
  closeDetails: '关闭详情',
}
