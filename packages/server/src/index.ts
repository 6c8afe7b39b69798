/** The one door of @custos/server. */

export { parseProxies } from './identity/client-address.ts';
export { createLog } from './observability/log.ts';
export { probeMail, probePort, probeRedis } from './observability/probes.ts';
export { type RunningService, type StartOptions, startService } from './service.ts';
