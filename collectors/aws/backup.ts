import { defineCollector } from '../../src/model/collector.ts';

/** AWS Backup: vaults with their policies, and what lies in them. */
export const backup = defineCollector({
  id: 'aws.backup',
  provider: 'aws',
  service: 'backup',
  title: 'AWS Backup',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-backup'), client: 'BackupClient' },
  resources: {
    'AWS::Backup::BackupVault': {
      kind: 'DataStore',
      label: 'backup vault',
      list: [{ call: 'backup:ListBackupVaults', items: 'BackupVaultList[]' }],
      details: [
        {
          call: 'backup:GetBackupVaultAccessPolicy',
          request: { BackupVaultName: 'BackupVaultName' },
          absent: ['ResourceNotFoundException'],
          recognise: ['Policy'],
        },
      ],
      id: '{BackupVaultArn}',
      aliases: ['BackupVaultName'],
      name: ['BackupVaultName'],
      documents: ['GetBackupVaultAccessPolicy.Policy'],
      recognise: ['BackupVaultArn', 'BackupVaultName'],
      references: [{ path: 'EncryptionKeyArn', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
    },
    'AWS::Backup::RecoveryPoint': {
      kind: 'DataStore',
      label: 'recovery point',
      list: [
        {
          call: 'backup:ListRecoveryPointsByBackupVault',
          items: 'RecoveryPoints[]',
          per: { type: 'AWS::Backup::BackupVault', request: { BackupVaultName: 'BackupVaultName' } },
        },
      ],
      id: '{RecoveryPointArn}',
      recognise: ['RecoveryPointArn'],
      references: [
        { path: 'BackupVaultArn', to: ['AWS::Backup::BackupVault'], edge: 'Contains', reverse: true },
        { path: 'ResourceArn', edge: 'RefersTo' },
      ],
    },
    'AWS::Backup::ProtectedResource': {
      kind: 'Monitor',
      label: 'protected resource',
      list: [{ call: 'backup:ListProtectedResources', items: 'Results[]' }],
      // Not the id of what is protected: that one has a record of its own.
      id: 'arn:$partition:backup:$region:$account:protected-resource:{ResourceArn}',
      name: ['ResourceName', 'ResourceArn'],
      recognise: ['ResourceArn', 'ResourceType'],
      references: [{ path: 'ResourceArn', edge: 'RefersTo' }],
    },
  },
});
