export { accessLogged } from './access-logged.v1.js';
export { apiKeyIssued } from './api-key-issued.v1.js';
export { apiKeyRevoked } from './api-key-revoked.v1.js';
