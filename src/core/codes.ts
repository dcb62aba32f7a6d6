// The codes of what can be wrong, by family, and nothing else: the sentence stands where it is raised, and what each code means in
// docs/diagnostics.md. Those of the lint rules are in rule-ids.ts.

export type Code =
  | `file/${'missing' | 'directory' | 'unreadable' | 'encoding'}`
  | `yaml/${'duplicate-key' | 'split-by-comma' | 'merge' | 'key' | 'alias-bomb' | 'recursive-alias'}`
  | `yaml/${'unknown-alias' | 'too-deep' | 'bad-indent' | 'missing-char' | 'unexpected-token' | 'tab-as-indent'}`
  | `yaml/${'multiple-docs' | 'multiple-anchors' | 'tag-resolve-failed' | 'syntax'}`
  | `yaml/${'colon' | 'dash' | 'comment' | 'extra-char' | 'sign'}`
  | `spec/${'empty' | 'mapping' | 'binary' | 'too-large' | 'key' | 'no-layers' | 'version' | 'layout' | 'dtype'}`
  | `spec/${'batch' | 'foreign'}`
  | `input/${'missing' | 'unreadable' | 'doubtful' | 'axes' | 'size' | 'key' | 'channels' | 'mapping' | 'twice'}`
  | `input/${'several' | 'sequence'}`
  | `item/${'unknown-kind' | 'two-kinds' | 'empty' | 'list' | 'no-list' | 'repeat' | 'overrides'}`
  | `item/${'kind-as-value'}`
  | `option/${'unknown' | 'missing' | 'value' | 'twice' | 'main' | 'choice' | 'sugar'}`
  | `value/${'mapping' | 'too-large' | 'yes-no' | 'blank' | 'product' | 'spelling'}`
  | `expression/${'syntax' | 'unknown-name' | 'unknown-function' | 'arguments' | 'type' | 'index' | 'value'}`
  | `expression/${'too-deep' | 'too-long'}`
  | `name/${'duplicate' | 'word' | 'reserved'}`
  | `from/${'unknown' | 'position' | 'name'}`
  | `vars/${'mapping' | 'unknown' | 'too-deep' | 'circular'}`
  | `variant/${'unknown' | 'mapping'}`
  | `defaults/${'mapping' | 'kind'}`
  | `blocks/${'mapping' | 'key' | 'layers' | 'params'}`
  | `block/${'unknown' | 'recursive' | 'param-missing'}`
  | `each/${'columns' | 'layers' | 'length'}`
  | `shape/${'kernel-too-large' | 'needs-volume' | 'needs-sequence' | 'needs-indices' | 'groups' | 'pool-padding' | 'output-padding' | 'empty'}`
  | `shape/${'mismatch' | 'reshape' | 'permute' | 'slice' | 'slopes' | 'pixelshuffle' | 'pixelunshuffle'}`
  | `shape/${'pad-too-large' | 'axis' | 'matrices' | 'heads' | 'constants' | 'halves' | 'unpool'}`
  | `graph/${'inputs' | 'unused-input'}`
  | `share/${'unknown' | 'mismatch'}`
  | `frozen/${'unknown' | 'shared'}`
  | `outputs/${'unknown' | 'name'}`
  | `count/${'too-large'}`
  | `expect/${'broken' | 'unstated' | 'key' | 'value' | 'mapping'}`
  | `lint/${'mapping' | 'key' | 'ignore' | 'unknown-rule'}`
  | `budget/${'params' | 'macs' | 'memory'}`
  | `limit/${'layers' | 'copies' | 'names' | 'findings' | 'depth' | 'values' | 'inputs' | 'work'}`
  | `notation/${'word' | 'padding'}`
  | `answers/${'empty' | 'key' | 'mapping' | 'questions' | 'layer' | 'quantity' | 'unknown' | 'unreadable'}`
  | `answers/${'split-by-comma' | 'profile' | 'convention' | 'tolerance' | 'points' | 'credit' | 'memory-limit'}`
  | `answers/${'training' | 'language' | 'student' | 'column' | 'summary' | 'encoding' | 'twice'}`
  | `solve/${'no-blanks' | 'nothing-given' | 'undetermined' | 'option' | 'layer'}`
  | `import/${'file' | 'foreign' | 'unsupported' | 'opaque' | 'open-size' | 'unseen'}`
  | `export/${'unsaid' | 'too-large'}`
  | `weights/${'missing' | 'extra' | 'shape' | 'dtype' | 'file'}`
  | `data/${'shape' | 'npy' | 'picture' | 'channels' | 'index'}`
  | `run/${'out-of-memory' | 'no-memory' | 'too-large' | 'no-core' | 'one-value' | 'not-finite' | 'shape' | 'opaque'}`
  | `run/${'thread'}`
  | `sweep/${'line' | 'bug'}`;
