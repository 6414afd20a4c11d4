/** Like `Promise.all` over a list, but no more than `most` are under way, so that a long list does not take all connections of a pool. */
export async function fewAtATime<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>, most = 8): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const rest = items.entries();
  const worker = async () => {
    for (const [at, item] of rest) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
