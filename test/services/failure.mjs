/** What the person at the terminal is told: what happened, and what to do. No stack. */
export class ServicesFailure extends Error {
  constructor(message, fix) {
    super(message);
    this.fix = fix;
  }
}

export const say = (line) => void process.stdout.write(`${line}\n`);
