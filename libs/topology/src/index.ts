export { type Topology, topology } from './topology.js';
export { TopologyConfiguration } from './topology-configuration.js';
