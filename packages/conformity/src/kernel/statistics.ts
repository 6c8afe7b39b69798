/** Wilson score interval (E. B. Wilson, 1927): honest bounds for a share seen in few trials. */

const Z95 = 1.959963984540054;

/**
 * Upper bound of the two-sided 95 % interval for a share.
 * @example wilsonUpper(0, 100) // 0.037: no success in 100 trials still allows 3.7 %
 */
export function wilsonUpper(successes: number, trials: number): number {
  return wilson(successes, trials, 1);
}

/** Lower bound of the two-sided 95 % interval for a share. */
export function wilsonLower(successes: number, trials: number): number {
  return wilson(successes, trials, -1);
}

function wilson(successes: number, trials: number, side: 1 | -1): number {
  if (trials <= 0) return side === 1 ? 1 : 0;
  const share = successes / trials;
  const z2 = Z95 * Z95;
  const centre = share + z2 / (2 * trials);
  const spread = Z95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const bound = (centre + side * spread) / (1 + z2 / trials);
  return Math.min(1, Math.max(0, bound));
}
