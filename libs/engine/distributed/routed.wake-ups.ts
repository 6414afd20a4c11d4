import type { WakeUps } from '#engine/wake-ups/wake-ups.port';

/** Some topics ring inside this process alone; the others in whichever process takes the call. */
export class RoutedWakeUps implements WakeUps {
  constructor(private readonly here: WakeUps, private readonly anywhere: WakeUps, private readonly localTopics: ReadonlySet<string>) {}

  schedule(topic: string, id: string, at: Date): Promise<void> {
    return this.of(topic).schedule(topic, id, at);
  }

  handle(topic: string, handler: (id: string) => Promise<void>): void {
    this.of(topic).handle(topic, handler);
  }

  async nudge(): Promise<void> {
    await Promise.all([this.here.nudge(), this.anywhere.nudge()]);
  }

  async earliest(): Promise<Date | undefined> {
    const [here, anywhere] = await Promise.all([this.here.earliest(), this.anywhere.earliest()]);
    return here === undefined || (anywhere !== undefined && anywhere < here) ? anywhere : here;
  }

  async stop(): Promise<void> {
    await Promise.all([this.here.stop(), this.anywhere.stop()]);
  }

  private of(topic: string): WakeUps {
    return this.localTopics.has(topic) ? this.here : this.anywhere;
  }
}
