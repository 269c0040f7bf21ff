/** Levels whose combinations are tried; of a deeper topic the exact filter alone is. */
const maxLevels = 7;

/** Whether a broker would deliver a topic to a filter (MQTT 3.1.1, 4.7). */
export const filterFits = (filter: string, topic: string): boolean => {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = filter.split('/');
  const parts = topic.split('/');
  for (const [index, level] of levels.entries()) {
    if (level === '#') return true;
    if (parts[index] === undefined || (level !== '+' && level !== parts[index])) return false;
  }
  return levels.length === parts.length;
};

/**
 * Every filter that could have brought a topic. A broker keeps the subscriptions of a session for ever, and does not say which one a message
 * came by, so this is what there is to unsubscribe when a template was removed from the configuration.
 */
export const filtersThatBring = (topic: string): string[] => {
  const parts = topic.split('/');
  if (parts.length > maxLevels) return [topic];
  let heads = [''];
  const found: string[] = [];
  for (const [index, part] of parts.entries()) {
    const join = (head: string, level: string) => (index === 0 ? level : `${head}/${level}`);
    found.push(...heads.map((head) => join(head, '#')));
    heads = heads.flatMap((head) => [join(head, part), join(head, '+')]);
  }
  return [...heads, ...found, ...heads.map((head) => `${head}/#`)];
};
