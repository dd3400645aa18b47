import { it } from 'vitest';
import { rightsIn, trustIn } from './rights.ts';
import { templateWith, definitionIn } from './synthesised.ts';
it('x', () => {
  const t = templateWith();
  console.log(rightsIn(t).join('\n')); console.log(trustIn(t).join('\n'));
  for (const type of ['AWS::S3::BucketPolicy','AWS::SNS::TopicPolicy','AWS::Events::Rule','AWS::Logs::MetricFilter','AWS::CloudWatch::Alarm','AWS::EC2::SecurityGroup','AWS::EC2::FlowLog','AWS::Batch::ComputeEnvironment'])
  console.log(type, JSON.stringify(t.findResources(type)).replaceAll(/"Metadata":\{[^}]*\},?/g,''));
  console.log(JSON.stringify(definitionIn(t)).length, JSON.stringify(t.toJSON()).length);
  const iso = templateWith({isolated: true, inputBuckets:['abc-def']});
  console.log(JSON.stringify(iso.findResources('AWS::EC2::VPCEndpoint')).slice(0,3500));
  console.log(rightsIn(templateWith({inputKeyArns:['arn:aws:kms:eu-west-1:123456789012:key/abc'], inputBuckets:['abc-def']})).filter(l=>/abc/.test(l)).join('\n'));
});
