import { apiKeys } from './api-keys.projection.js';

export const accessProjections = [apiKeys];
