/** Asking: the box, chips, values, the time range. */
export const ask = {
  only: 'Only this',
  without: 'Without this',
  replace: 'Only this and nothing else',
  highlight: 'Highlight',
  column: 'Add as column',
  copy: 'Copy',
}
