/** A number for a text that anybody makes the same: processes that see one call agree about it without a word. */

/** 0 up to, not including, 1: FNV-1a over UTF-16 units, and MurmurHash3's finisher, without which like ids have like numbers. */
export const shareOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000
}
