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
  ...[
    ['unpacked = Path(scratch, "candidate")', 'candidate'],
    ['live = load_model(processing_path("input", "live"), Path(scratch, "live"))', 'live'],
  ].flatMap(([line, name]) =>
    [`XX${name}XX`, name.toUpperCase()].map((other) => ({
      module: 'evaluate',
      line,
      mutated: line.replace(`scratch, "${name}"`, `scratch, "${other}"`),
      reason: 'Any name in the temporary folder will do, as long as the two differ.',
    })),
  ),
  {
    module: 'analyze',
    line: '(folder / name).write_text(json.dumps(document, indent=1, allow_nan=False))',
    mutated: '(folder / name).write_text(json.dumps(document, indent=1, allow_nan=None))',
    reason: 'None is false, too.',
  },
  ...['index=None, header=False', 'index=False, header=None'].map((options) => ({
    module: 'smoke_test',
    line: '[columns.to_csv(index=False, header=False), CSV],',
    mutated: `[columns.to_csv(${options}), CSV],`,
    reason: 'None is false, too.',
  })),
  ...['strict=None', '', 'strict=False'].map((option) => ({
    module: 'smoke_test',
    line: 'for row, ((probability, decision), (score, word)) in enumerate(zip(found, expected, strict=True), 1):',
    mutated: `for row, ((probability, decision), (score, word)) in enumerate(zip(found, expected, ${option}), 1):`,
    reason: 'The lines before it refuse another number of predictions.',
  })),
  {
    module: 'month_state',
    line: 'order = np.argsort(minutes, kind="stable")',
    mutated: 'order = np.argsort(minutes, kind="STABLE")',
    reason: 'NumPy reads the kind in capitals, too.',
  },
  {
    module: 'month_state',
    line: 'columns[name][moments - window < self.since] = np.nan',
    mutated: 'columns[name][moments - window < self.since] = None',
    reason: 'In an array of numbers, None becomes NaN.',
  },
  {
    module: 'month_state',
    line: 'planned = np.searchsorted(self.scheduled, moment, side="right")',
    mutated: 'planned = np.searchsorted(self.scheduled, moment, side="RIGHT")',
    reason: 'NumPy reads the side in capitals, too.',
  },
  {
    module: 'features',
    line: 'codes[pd.isna(values)] = np.nan',
    mutated: 'codes[pd.isna(values)] = None',
    reason: 'In an array of numbers, None becomes NaN.',
  },
  {
    module: 'features',
    line: 'numbers = values.astype("float64")',
    mutated: 'numbers = values.astype(None)',
    reason: "NumPy's type where none is named is float64.",
  },
  {
    module: 'recorded_state',
    line: 'rows["moment"].to_numpy(), {name: rows[name].to_numpy().astype("float64") for name in names}',
    mutated: 'rows["moment"].to_numpy(), {name: rows[name].to_numpy().astype(None) for name in names}',
    reason: "NumPy's type where none is named is float64.",
  },
  {
    module: 'recorded_state',
    line: 'columns = [RECORD, EVENT_TIME, *names, "write_time", "is_deleted"]',
    mutated: 'columns = None',
    reason: 'All columns are read then, and those that are needed are still looked up by name: only memory differs.',
  },
  ...['columns=None', ''].map((option) => ({
    module: 'recorded_state',
    line: 'frames = [parquet.read_table(path, columns=columns).to_pandas() for path in sorted(folder.rglob("*.parquet"))]',
    mutated: `frames = [parquet.read_table(path, ${option}).to_pandas() for path in sorted(folder.rglob("*.parquet"))]`,
    reason: 'All columns are read then, and those that are needed are still looked up by name: only memory differs.',
  })),
  {
    module: 'recorded_state',
    line: 'records = records.sort_values("write_time", kind="stable").drop_duplicates([RECORD, EVENT_TIME], keep="last")',
    mutated:
      'records = records.sort_values("write_time", kind="STABLE").drop_duplicates([RECORD, EVENT_TIME], keep="last")',
    reason: 'NumPy reads the kind in capitals, too.',
  },
  {
    module: 'prepare',
    line: 'frame.to_csv(target, mode="a", index=False, header=not target.exists())',
    mutated: 'frame.to_csv(target, mode="a", index=None, header=not target.exists())',
    reason: 'None is false, too.',
  },
  {
    module: 'baseline',
    line: 'return np.round(scores.astype("float64"), 6), scores >= model.threshold',
    mutated: 'return np.round(scores.astype(None), 6), scores >= model.threshold',
    reason: "NumPy's type where none is named is float64.",
  },
  {
    module: 'baseline',
    line: 'for row in frame[contract.columns].to_dict("records"):',
    mutated: 'for row in frame[contract.columns].to_dict("RECORDS"):',
    reason: 'pandas reads the orientation in capitals, too.',
  },
  {
    module: 'prepare',
    line: 'for chunk in pd.read_csv(path, **frame_options(contract, columns, target="float64"), chunksize=CHUNK):',
    mutated: 'for chunk in pd.read_csv(path, **frame_options(contract, columns, target=None), chunksize=CHUNK):',
    reason: "NumPy's type where none is named is float64.",
  },
];
