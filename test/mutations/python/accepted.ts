/**
 * Changes of the step code that no test needs to notice, one by one, each with its reason. An entry that no longer
 * survives fails the run.
 */
export interface Accepted {
  readonly module: string;
  /** The changed lines before and after, without indentation, as the report prints them. */
  readonly line: string;
  readonly mutated: string;
  readonly reason: string;
}

const atOnce = 'The same bytes, read at once instead of piece by piece: only memory differs.';

export const accepted: readonly Accepted[] = [
  {
    module: 'artifact',
    line: 'while piece := file.read(PIECE):',
    mutated: 'while piece := file.read(None):',
    reason: atOnce,
  },
  {
    module: 'artifact',
    line: 'while piece := content.read(PIECE):',
    mutated: 'while piece := content.read(None):',
    reason: atOnce,
  },
  {
    module: 'artifact',
    line: 'raise ArtifactRefused(f"{name!r} has no content")',
    mutated: 'raise ArtifactRefused(None)',
    reason: 'For the type checker: tarfile gives every plain file a content, and check() let nothing else through.',
  },
  ...['first', 'second'].map((name, index) => ({
    module: 'constraints',
    line: `${'ab'[index]} = np.searchsorted(${name}, points, side="right") / len(${name})`,
    mutated: `${'ab'[index]} = np.searchsorted(${name}, points, side="RIGHT") / len(${name})`,
    reason: 'NumPy reads the side in capitals, too.',
  })),
  ...['XXpartial.ubjXX', 'PARTIAL.UBJ'].map((name) => ({
    module: 'checkpoint',
    line: 'partial = self.folder / "partial.ubj"',
    mutated: `partial = self.folder / "${name}"`,
    reason: 'Any name will do that is not the checkpoint: it is renamed when it is whole.',
  })),
];
