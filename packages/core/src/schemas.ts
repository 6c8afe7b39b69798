/** Shared pieces of the schemas. */
import { z } from 'zod';
import { type Digest, isDigest } from './digest.ts';

export const DigestSchema = z.custom<Digest>(isDigest, { error: 'must be sha256: and 64 hex digits' });
/** RFC 3339, UTC. */
export const Time = z.iso.datetime({ error: 'must be an RFC 3339 time in UTC such as 2026-01-31T12:00:00Z' });
/** A person or machine account: an e-mail address, or a stable id of the identity provider. */
export const PersonId = z.string().min(1);
/** Free text that says something: at least 20 characters, so that "ok" or "n/a" does not count as a reason. */
export const Prose = z.string().min(20);
export const Share = z.number().min(0).max(1);
