import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { BadInput } from '#kernel/errors';

/** Parses a body or query by a Zod schema; the error names fields and expectations, never values. */
export class ZodPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.infer<Schema>> {
  constructor(readonly schema: Schema) {}

  transform(value: unknown): z.infer<Schema> {
    const result = this.schema.safeParse(value ?? {});
    if (result.success) return result.data;
    const findings = result.error.issues.map((issue) => ({ field: issue.path.join('.') || '(body)', problem: issue.message }));
    throw new BadInput('The request does not fit its schema.', { code: 'bad-request', fix: 'See /openapi.json for the fields of this route.', findings });
  }
}
