/**
 * AWS accounts that hold the prebuilt images, by region. Synthesis refuses a region that is missing here
 * (lib/shared/stack/supported-region.ts); to support it, add its row.
 * https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
 */
export const imageRegistries: Readonly<
  Record<string, { readonly framework: string; readonly modelMonitor?: string; readonly clarify?: string }>
> = {
  'af-south-1': { framework: '510948584623', modelMonitor: '875698925577', clarify: '811711786498' },
  'ap-east-1': { framework: '651117190479', modelMonitor: '001633400207', clarify: '098760798382' },
  'ap-northeast-1': { framework: '354813040037', modelMonitor: '574779866223', clarify: '377024640650' },
  'ap-northeast-2': { framework: '366743142698', modelMonitor: '709848358524', clarify: '263625296855' },
  'ap-northeast-3': { framework: '867004704886', modelMonitor: '990339680094', clarify: '912233562940' },
  'ap-south-1': { framework: '720646828776', modelMonitor: '126357580389', clarify: '452307495513' },
  'ap-south-2': { framework: '628508329040' },
  'ap-southeast-1': { framework: '121021644041', modelMonitor: '245545462676', clarify: '834264404009' },
  'ap-southeast-2': { framework: '783357654285', modelMonitor: '563025443158', clarify: '007051062584' },
  'ap-southeast-3': { framework: '951798379941', modelMonitor: '669540362728', clarify: '705930551576' },
  'ap-southeast-4': { framework: '106583098589' },
  'ca-central-1': { framework: '341280168497', modelMonitor: '536280801234', clarify: '675030665977' },
  'ca-west-1': { framework: '190319476487' },
  'eu-central-1': { framework: '492215442770', modelMonitor: '048819808253', clarify: '017069133835' },
  'eu-central-2': { framework: '680994064768', modelMonitor: '590183933784', clarify: '730335477804' },
  'eu-north-1': { framework: '662702820516', modelMonitor: '895015795356', clarify: '763603941244' },
  'eu-south-1': { framework: '978288397137', modelMonitor: '933208885752', clarify: '638885417683' },
  'eu-south-2': { framework: '104374241257', modelMonitor: '437450045455' },
  'eu-west-1': { framework: '141502667606', modelMonitor: '468650794304', clarify: '131013547314' },
  'eu-west-2': { framework: '764974769150', modelMonitor: '749857270468', clarify: '440796970383' },
  'eu-west-3': { framework: '659782779980', modelMonitor: '680080141114', clarify: '341593696636' },
  'il-central-1': { framework: '898809789911', modelMonitor: '843974653677' },
  'me-central-1': { framework: '272398656194', modelMonitor: '588750061953' },
  'me-south-1': { framework: '801668240914', modelMonitor: '607024016150', clarify: '835444307964' },
  'sa-east-1': { framework: '737474898029', modelMonitor: '539772159869', clarify: '520018980103' },
  'us-east-1': { framework: '683313688378', modelMonitor: '156813124566', clarify: '205585389593' },
  'us-east-2': { framework: '257758044811', modelMonitor: '777275614652', clarify: '211330385671' },
  'us-west-1': { framework: '746614075791', modelMonitor: '890145073186', clarify: '740489534195' },
  'us-west-2': { framework: '246618743249', modelMonitor: '159807026194', clarify: '306415355426' },
};
