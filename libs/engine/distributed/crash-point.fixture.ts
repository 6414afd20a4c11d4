/** What happens the first time that a point is reached, and no other time. */
export function once(point: string, act: () => Promise<unknown>): (at: string) => Promise<void> {
  let done = false;
  return async (at) => {
    if (at !== point || done) return;
    done = true;
    await act();
  };
}

export const dies = async (): Promise<never> => { throw new Error('the process died'); };
