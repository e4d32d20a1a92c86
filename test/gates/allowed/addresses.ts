/** What looks like an address outside of this app, in any text of a template. */
const outside: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an account', /\b\d{12}\b/],
  ['a URL', /\b[a-z0-9]+:\/\/(?!<S3::Bucket |cdk-hnb659fds-assets-<AccountId>-<Region>)[\w<$]/],
  ['an ARN of a fixed account or region', /\barn:(?!<Partition>|aws:states:::)[\w*]/],
  ['a region', /\b(us|eu|ap|sa|ca|me|af|il|mx|cn)-(gov-)?(north|south|east|west|central)[a-z]*-\d\b/],
  ['an address of a host', /\b(?!10\.)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(?!\/)/],
  ['an e-mail address', /[\w.+-]+@[\w-]+\.[a-z]{2,}/],
  ['a host', /\b[\w-]+\.(com|net|org|io|dev|cloud)\b(?!\.)/],
  ['a reference to nothing', /<nothing/],
];

/** Texts that name a host and are allowed to. */
const allowed: readonly (readonly [text: RegExp, why: string])[] = [
  [
    /"[a-z0-9-]+(\.[a-z0-9-]+)?(\.<Region>)?\.amazonaws\.com\\*"/g,
    'A service of AWS: as principal, as kms:ViaService, or in a filter of the trail',
  ],
  [/:role\/aws-service-role\/[a-z.-]+\.amazonaws\.com\/AWSServiceRoleFor\w+/g, 'Roles that AWS itself makes'],
  [/\bcom\.amazonaws\.<Region>\.s3\b/g, "The S3 endpoint's name"],
  [/\borg\.apache\.[\w.]+/g, "Classes of Glue's table formats"],
];

/** The addresses in a text, as `Reading` writes it. */
export function addressesIn(text: string): { readonly what: string; readonly found: string }[] {
  const rest = allowed.reduce((one, [pattern]) => one.replace(pattern, ' '), text);
  return outside.flatMap(([what, pattern]) => {
    const found = pattern.exec(rest);
    return found === null ? [] : [{ what, found: rest.slice(Math.max(0, found.index - 20), found.index + 60) }];
  });
}
