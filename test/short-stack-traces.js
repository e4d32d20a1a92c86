// Jest keeps 100 frames and maps each to its source. CDK records a stack trace at every acknowledged rule, so synthesis in
// a test took a quarter longer. Node's own limit is enough to find a failure.
Error.stackTraceLimit = 10;
