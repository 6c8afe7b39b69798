/** Whether a record is of the component that is in use: of its content, or else of its version. A name alone is neither. */
import type { Asset, Subject } from '@custos/core';
import { isCalled } from '../../kernel/coverage.ts';

/** What a record says that it is of: the version in its content, and its subjects. */
export interface StatedComponent {
  readonly version?: string | undefined;
  readonly subjects: readonly Subject[];
}

/**
 * By SHA-256 digest where either has one, else by a version that both state.
 * `unknown`: one of them does not say; `different`: both say, and not the same.
 */
export function sameComponent(asset: Asset, stated: StatedComponent): 'same' | 'different' | 'unknown' {
  const named = stated.subjects.filter(({ name }) => isCalled(asset, name));
  if (asset.digest !== undefined) {
    const isIt = ({ digest }: Subject) => `sha256:${digest.sha256}` === asset.digest;
    if (stated.subjects.some(isIt)) return 'same';
    return named.some(({ digest }) => digest.sha256 !== undefined) ? 'different' : 'unknown';
  }
  const used = asset.version?.trim();
  const version = stated.version?.trim();
  if (named.length > 0 || !used || !version) return 'unknown';
  return used === version ? 'same' : 'different';
}

/** What names the version in use, for messages. */
export function versionInUse({ digest, version }: Asset): string {
  return digest ?? (version?.trim() ? version : 'no version that anything names');
}
