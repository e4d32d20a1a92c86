/** Where provisioners put policies so that they are in force. The rehearsal's policy store has these methods. */
export interface PolicySink {
  putRole(role: { readonly arn: string; readonly trust: unknown; readonly boundaryArn?: string }): void;
  deleteIdentity(arn: string): void;
  putInlinePolicy(identityArn: string, name: string, document: unknown): void;
  deleteInlinePolicy(identityArn: string, name: string): void;
  putManagedPolicy(policyArn: string, document: unknown): void;
  deleteManagedPolicy(policyArn: string): void;
  attachManagedPolicy(identityArn: string, policyArn: string): void;
  detachManagedPolicy(identityArn: string, policyArn: string): void;
  putResourcePolicy(resourceArn: string, document: unknown, name?: string): void;
  deleteResourcePolicy(resourceArn: string, name?: string): void;
}
