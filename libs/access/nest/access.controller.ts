import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Tagged } from '#http/described';
import { Answers } from '#http/answers';
import { LocalOnly } from '#http/local-socket';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { ApiKeysService } from './api-keys.service.js';
import { apiKey, newApiKey, revokedKey } from './key.answers.js';

const newKey = z.strictObject({
  role: z.enum(['sales', 'officer', 'auditor']),
  label: z.string().min(1).max(64).regex(/^[^@＠]*$/, 'a name for the key without an address (INV-07)'),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

/** Keys are made only on the machine of the installation; an officer may revoke one from anywhere. */
@Tagged('access')
@Controller('v1/keys')
export class AccessController {
  constructor(@Inject(ApiKeysService) private readonly keys: ApiKeysService) {}

  @Get()
  @Roles('officer', 'auditor')
  @Answers({ 200: z.strictObject({ items: z.array(apiKey) }) })
  async list() {
    return { items: await this.keys.list() };
  }

  @Post()
  @Roles('officer')
  @LocalOnly()
  @Header('Cache-Control', 'no-store')
  @Answers({ 201: newApiKey })
  issue(@Body(new ZodPipe(newKey)) body: z.infer<typeof newKey>, @CurrentCaller() caller: Caller) {
    return this.keys.issue(body, caller.actor);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Roles('officer')
  @Answers({ 200: revokedKey })
  revoke(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.keys.revoke(id, caller.actor);
  }
}
