/**
 * Where provisioners put policies that no ordinary API call brings in. (The gateway puts those of CreateRole,
 * PutBucketPolicy and the like in force when they pass.) The local account's policy store has these methods.
 */
export interface PolicySink {
  attachManagedPolicy(identityArn: string, policyArn: string): void;
  detachManagedPolicy(identityArn: string, policyArn: string): void;
  putResourcePolicy(resourceArn: string, document: unknown, name?: string): void;
  deleteResourcePolicy(resourceArn: string, name?: string): void;
  putEndpointPolicy(endpointId: string, service: string, document: unknown): void;
  deleteEndpointPolicy(endpointId: string): void;
}
