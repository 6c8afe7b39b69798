/** The one door of @custos/server. */
export { type RunningService, type StartOptions, startService } from './service.ts';
export { parseProxies } from './identity/client-address.ts';
