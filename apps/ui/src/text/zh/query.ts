/**
 * What the query language says about a query, which speaks English: each of its sentences in Chinese. One that is not here is shown
 * as it is.
 */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^Missing closing quote$/, '缺少结束的引号'],
  [/^Expected a space here$/, '这里需要一个空格'],
  [/^Put the whole text in quotes, and \\" for a quote in it$/, '请把整段文本放进引号，其中的引号写成 \\"'],
  [/^Put a text with parentheses in quotes$/, '含括号的文本请放进引号'],
  [/^i is the only flag; put a path in quotes$/, '只支持标志 i；路径请放进引号'],
  [/^An attribute is written @name or @path\.to\.it$/, '属性的写法是 @name 或 @path.to.it'],
  [/^Expected : after the attribute$/, '属性后面需要 :'],
  [/^Make the query shorter than (\d+) characters$/, '查询不能超过 $1 个字符'],
  [/^Unexpected \): remove it, or put it in quotes$/, '多余的 )：请删除，或放进引号'],
  [/^Nested deeper than (\d+): simplify the query$/, '嵌套超过 $1 层：请简化查询'],
  [
    /^(AND|OR) stands between two terms; write "\1" for the word$/,
    '$1 要放在两个条件之间；要查这个词请写 "$1"',
  ],
  [/^Empty parentheses: put a term in$/, '括号是空的：请在其中写条件'],
  [/^Missing a term and \)$/, '缺少条件和 )'],
  [/^Missing a term after (.+)$/s, '$1 后面缺少条件'],
  [/^Expected \)$/, '缺少 )'],
  [/^A field is written name:value or path\.to\.it:value$/, '字段的写法是 name:value 或 path.to.it:value'],
  [/^Write a path of at most (\d+) parts$/, '路径最多 $1 段'],
  [/^Put @ before a quoted field name$/, '带引号的字段名前要加 @'],
  [/^Missing value$/, '缺少值'],
  [/^No \* here: write a whole value$/, '这里不能用 *：请写完整的值'],
  [
    /^A range is \[a TO b\]; put other text with \[ in quotes$/,
    '范围的写法是 [a TO b]；其他含 [ 的文本请放进引号',
  ],
  [/^Expected \]$/, '缺少 ]'],
  [/^Nothing is in this range: write the smaller end first$/, '这个范围是空的：请把较小的一端写在前面'],
  [/^(\S+) has no order: use \1:\(a OR b\)$/, '$1 没有大小之分：请用 $1:(a OR b)'],
  [/^(\S+) is one of (.+)$/, '$1 只能是 $2'],
  [/^(\S+) is no text: write (.+)$/, '$1 不是文本：请写 $2'],
  [/^(\S+) needs (.+)$/, '$1 需要 $2'],
  [/^Not a regular expression of RE2(.*)$/, '不是有效的 RE2 正则表达式$1'],
]

/** What a value must be, within a sentence. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/ (?:需要|请写) one of /, ' 只能是 '],
  [/ a number, like /, '数字，例如 '],
  [/ a duration, like (\S+) or /, '时长，例如 $1 或 '],
  [/ a size, like /, '大小，例如 '],
  [/ a time, like (.+) or /, '时间，例如 $1 或 '],
]

/** @example queryProblem('Missing value') // '缺少值' */
export const queryProblem = (message: string): string => {
  const [sentence, chinese] = SENTENCES.find(([english]) => english.test(message)) ?? []
  if (sentence === undefined || chinese === undefined) return message
  return KINDS.reduce((told, [kind, name]) => told.replace(kind, name), message.replace(sentence, chinese))
}
