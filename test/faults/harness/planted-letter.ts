import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { SystemClock } from '#engine/clock/system.clock';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';

/** What becomes of one stream. The file is read each time, so that a test can mend a process that runs. */
export interface PlantedLetter {
  readonly streamId: string;
  /** From this version on no read model takes its events. */
  readonly refuse?: number;
  /** The process dies as soon as this version is in a read model. */
  readonly dieAt?: number;
  /** The process dies when all of the stream was handed again, and its letter not yet lifted. */
  readonly dieBeforeLift?: boolean;
}

/** Where the versions of the stream stand that came into a read model, one `<pid> <version>` a line. */
export const handedFile = (file: string): string => `${file}.handed`;

/** @param ahead milliseconds by which the clock of this process is ahead of the machine's */
export function plantLetter(file: string, ahead: number): void {
  const told = (): Partial<PlantedLetter> => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PlantedLetter) : {});
  const { apply } = MongoReadModels.prototype;
  MongoReadModels.prototype.apply = async function planted(collection, writes) {
    const { streamId, refuse = Infinity, dieAt } = told();
    const versions = writes.filter((write) => write.streamId === streamId).map(({ streamVersion }) => streamVersion);
    if (versions.some((version) => version >= refuse)) throw new RangeError('planted');
    await apply.call(this, collection, writes);
    for (const version of versions) appendFileSync(handedFile(file), `${process.pid} ${version}\n`);
    if (dieAt !== undefined && versions.includes(dieAt)) process.kill(process.pid, 'SIGKILL');
  };
  const { lift } = MongoDeadLetters.prototype;
  MongoDeadLetters.prototype.lift = function planted(id, through) {
    if (told().dieBeforeLift === true) process.kill(process.pid, 'SIGKILL');
    return lift.call(this, id, through);
  };
  const { now } = SystemClock.prototype;
  if (ahead > 0) SystemClock.prototype.now = function planted() {
    return new Date(now.call(this).getTime() + ahead);
  };
}
