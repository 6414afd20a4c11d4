import type { INestApplication, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** Every controller class of the composed app. */
export function controllersOf(app: INestApplication): Type<unknown>[] {
  const modules = [...app.get(ModulesContainer, { strict: false }).values()];
  return modules.flatMap((module) => [...module.controllers.values()].map(({ metatype }) => metatype as Type<unknown>));
}
