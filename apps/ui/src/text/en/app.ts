/** The frame of the page. */
export const app = {
  title: 'Logboom',
  views: { stream: 'Stream', calls: 'Calls', tools: 'Tools', servers: 'Servers', patterns: 'Patterns' },
  navigation: 'Views',
  filters: 'Filters',
  details: 'Details',
  skip: 'Skip to the records',
  theme: 'Theme',
  themes: { system: 'As the system', dark: 'Dark', light: 'Light' },
  language: 'Language',
  systemLanguage: 'As the browser',
  help: 'Keys and help',
  closeDetails: 'Close details',
}
