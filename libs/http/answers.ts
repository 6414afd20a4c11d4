import { SetMetadata } from '@nestjs/common';
import { z } from 'zod';

export const ANSWERS_KEY = 'outright:answers';

/** Schemas of a route's answers by status, and the media types of answers that are text. */
export interface RouteAnswers {
  readonly schemas: Readonly<Record<number, z.ZodType>>;
  readonly text: readonly string[];
}

/** What a handler may return for a schema: the same, with whatever is read-only. */
type Told<T> = T extends readonly (infer Item)[] ? readonly Told<Item>[] : T extends object ? { readonly [Key in keyof T]: Told<T[Key]> } : T;
type Answer<Schemas extends RouteAnswers['schemas'], Text extends readonly string[]> = Told<z.output<Schemas[keyof Schemas]>> | (Text extends readonly [] ? never : string);
type Answering<T> = <Handler extends (...args: never[]) => T | Promise<T>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Handler>) => void;

/**
 * Says what a route answers, for the OpenAPI document. The compiler holds the handler to it; `openapi.spec` holds the real answers to it.
 * @param text media types, where the handler also answers text
 */
export function Answers<const Schemas extends RouteAnswers['schemas'], const Text extends readonly string[] = []>(schemas: Schemas, ...text: Text): Answering<Answer<Schemas, Text>> {
  return (target, key, descriptor) => SetMetadata(ANSWERS_KEY, { schemas, text } satisfies RouteAnswers)(target, key, descriptor as never);
}

/** A page of a list: `next` is the cursor of the following page, and is missing on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), next: z.string().optional() });

/** Work that goes on: follow it at the URL (also in `Location`). */
export const jobStarted = z.strictObject({ job: z.string() }).meta({ id: 'JobStarted', description: 'The work goes on: follow it at this URL, which also stands in Location.' });
