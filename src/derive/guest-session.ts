/**
 * What Cognito leaves to the guests of an identity pool in the enhanced flow: "The privileges to temporarily access other AWS resources through the enhanced flow will now be defined by the
 * intersection of the role associated with the identity of the unauthenticated user provided by a service, and the privileges given in this managed policy that is owned by Cognito"
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonCognitoUnAuthedIdentitiesSessionPolicy.html, version 4), and in an inline policy beside it, which lists services
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html). Both allow on every resource and on no condition, so that the actions say it all.
 */
const inline = [
  ...['cloudwatch', 'logs', 'dynamodb', 'kinesis', 'mobileanalytics', 's3', 'ses', 'sns', 'sqs', 'lambda', 'machinelearning', 'execute-api', 'iot', 'gamelift'],
  ...['cognito-identity', 'cognito-idp', 'lex', 'polly', 'comprehend', 'translate', 'transcribe', 'rekognition', 'mobiletargeting', 'firehose', 'appsync'],
  ...['personalize', 'cognito-sync', 'codewhisperer', 'sdb'],
].map((service) => `${service}:*`);
const inlineActions = ['sagemaker:InvokeEndpoint', 'textract:DetectDocumentText', 'textract:AnalyzeDocument'];
const managed = [
  ...['rum:PutRumEvents', 'geo:GetMap*', 'geo:ListMaps', 'geo:SearchPlaceIndex*', 'geo:GetPlace', 'geo:CalculateRoute*', 'geo:*Geofence', 'geo:*Geofences'],
  ...['geo:*DevicePosition*', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptTo', 'kms:ReEncryptFrom', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair'],
  ...['kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext'],
];

/** The session policy as it stands over a guest's session. */
export const guestSessionPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: [...inline, ...inlineActions, ...managed], Resource: '*' }],
} as const;

const patterns = guestSessionPolicy.Statement[0].Action.map((text) => new RegExp(`^${text.replaceAll('*', '.*')}$`, 'i'));

/** Whether a guest's session leaves an action to it, where its role has it. */
export const leftToGuests = (action: string): boolean => patterns.some((pattern) => pattern.test(action));
