const EN = {
  first: ['Happy', 'Fluffy', 'Gentle', 'Brave', 'Clever', 'Sunny', 'Quiet', 'Lucky', 'Swift', 'Cosy', 'Merry', 'Bright'],
  second: ['Unicorn', 'Bunny', 'Panda', 'Otter', 'Fox', 'Koala', 'Penguin', 'Dolphin', 'Owl', 'Hedgehog', 'Tiger', 'Robin'],
};

const ZH = {
  first: ['可爱', '活泼', '聪明', '勇敢', '温柔', '快乐', '安静', '机灵', '阳光', '幸运', '淘气', '憨厚'],
  second: ['小猫', '小象', '熊猫', '小兔', '狐狸', '企鹅', '海豚', '小鹿', '松鼠', '刺猬', '考拉', '小虎', '水獭'],
};

/** A random name in the language of `language`, adjective and noun without a space. */
export function randomName(language: string, random: () => number = Math.random): string {
  const { first, second } = language.startsWith('zh') ? ZH : EN;
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  return pick(first) + pick(second);
}
