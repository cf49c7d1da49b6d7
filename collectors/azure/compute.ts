import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, artifact, attached, inSubnet, refers } from './table.ts';

const image = artifact('properties.storageProfile.imageReference.id');
const disks = ['Microsoft.Compute/disks'] as const;

/** Virtual machines, scale sets, disks, images. */
export const compute = defineCollector({
  id: 'azure.compute',
  provider: 'azure',
  service: 'Microsoft.Compute',
  title: 'Virtual machines and disks',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Compute/virtualMachines': {
      kind: 'Compute',
      label: 'virtual machine',
      references: [
        { path: 'properties.networkProfile.networkInterfaces[].id', edge: 'AttachedTo', reverse: true },
        { path: 'properties.storageProfile.osDisk.managedDisk.id', to: disks, edge: 'AttachedTo', reverse: true },
        { path: 'properties.storageProfile.dataDisks[].managedDisk.id', to: disks, edge: 'AttachedTo', reverse: true },
        image,
        artifact('properties.applicationProfile.galleryApplications[].packageReferenceId'),
        refers('properties.virtualMachineScaleSet.id'),
      ],
      secrets: [
        { path: 'properties.osProfile.customData', encoding: 'base64' },
        { path: 'properties.userData', encoding: 'base64' },
      ],
      properties: {
        osType: { type: 'string', means: 'Windows or Linux', from: 'properties.storageProfile.osDisk.osType' },
        vmId: { type: 'string', means: 'id that the machine has inside', from: 'properties.vmId' },
      },
    },
    'Microsoft.Compute/virtualMachines/extensions': {
      kind: 'Pipeline',
      label: 'extension',
      secrets: [{ path: 'properties.settings' }, { path: 'properties.protectedSettings' }],
    },
    'Microsoft.Compute/virtualMachineScaleSets': {
      kind: 'Compute',
      label: 'scale set',
      within: { extensions: 'properties.virtualMachineProfile.extensionProfile.extensions' },
      references: [
        artifact('properties.virtualMachineProfile.storageProfile.imageReference.id'),
        inSubnet('properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].properties.ipConfigurations[].properties.subnet.id'),
        {
          path: 'properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].properties.networkSecurityGroup.id',
          to: ['Microsoft.Network/networkSecurityGroups'],
          edge: 'Guards',
          reverse: true,
        },
      ],
      secrets: [
        { path: 'properties.virtualMachineProfile.osProfile.customData', encoding: 'base64' },
        { path: 'properties.virtualMachineProfile.userData', encoding: 'base64' },
        { path: 'properties.virtualMachineProfile.extensionProfile.extensions[].properties.settings' },
      ],
    },
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines': {
      kind: 'Compute',
      label: 'scale set instance',
      table: 'computeresources',
      references: [image],
    },
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces': {
      kind: 'Interface',
      label: 'network interface of a scale set',
      table: 'computeresources',
      references: [attached('properties.virtualMachine.id'), inSubnet('properties.ipConfigurations[].properties.subnet.id')],
    },
    'Microsoft.Compute/disks': {
      kind: 'DataStore',
      label: 'managed disk',
      references: [artifact('properties.creationData.sourceResourceId'), refers('properties.encryption.diskEncryptionSetId')],
    },
    'Microsoft.Compute/snapshots': { kind: 'Artifact', label: 'snapshot of a disk', references: [artifact('properties.creationData.sourceResourceId')] },
    'Microsoft.Compute/images': { kind: 'Artifact', label: 'image', references: [artifact('properties.sourceVirtualMachine.id')] },
    'Microsoft.Compute/galleries': { kind: 'Artifact', label: 'compute gallery' },
    'Microsoft.Compute/galleries/images': { kind: 'Artifact', label: 'gallery image' },
    'Microsoft.Compute/galleries/images/versions': {
      kind: 'Artifact',
      label: 'gallery image version',
      references: [artifact('properties.storageProfile.source.id')],
    },
    'Microsoft.Compute/galleries/applications': { kind: 'Artifact', label: 'gallery application' },
    'Microsoft.Compute/galleries/applications/versions': { kind: 'Artifact', label: 'gallery application version' },
    'Microsoft.Compute/diskEncryptionSets': { kind: 'Key', label: 'disk encryption set', references: [refers('properties.activeKey.sourceVault.id')] },
    'Microsoft.Compute/sshPublicKeys': { kind: 'Credential', label: 'SSH public key' },
    'Microsoft.HybridCompute/machines': { kind: 'Compute', label: 'Arc machine' },
    'Microsoft.HybridCompute/machines/extensions': { kind: 'Pipeline', label: 'extension of an Arc machine', secrets: [{ path: 'properties.settings' }] },
  }),
});
