// A Slurm cluster of one node for tests: its three daemons, on free ports of this machine alone, as the user who runs the tests, with all
// that is theirs in one folder. No cgroups and no init system are needed, and no privileges. What is run on it is the test's.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Cluster {
  /** What Slurm's commands have to be started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Who says who somebody is, who decides, who works. Debian puts them where only root looks. */
const DAEMONS = ['munged', 'slurmctld', 'slurmd'] as const;
export const SLURM = [...DAEMONS, 'sbatch', 'sinfo'];
export const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;

/** Tasks that may run at once, whatever the machine has. */
const SLOTS = 4;
/** Daemons that nobody ends end by themselves: where a test run is killed, nothing of it stays. */
const SECONDS = 180;

/** Rejects with what the daemons said where they do not come up. */
export const startSlurm = async (): Promise<Cluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  // munged wants all to reach its socket, and nobody its key.
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 });
  writeFileSync(at('slurm.conf'), configuration(at, await freePorts(2)));
  writeFileSync(at('cgroup.conf'), `CgroupPlugin=${version() < 23 ? 'cgroup/v1' : 'disabled'}\n`);
  const environment = { SLURM_CONF: at('slurm.conf') };
  const running: ChildProcess[] = [];
  const start = (daemon: (typeof DAEMONS)[number], ...args: readonly string[]): void => {
    const log = openSync(at(`${daemon}.log`), 'w');
    const child = spawn('timeout', ['--kill-after=5', String(SECONDS), daemon, ...args], {
      env: { ...process.env, PATH, ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.push(child);
  };
  const stop = async (): Promise<void> => {
    for (const child of running.reverse()) await ended(child);
    rmSync(folder, { recursive: true });
  };
  try {
    start(
      'munged',
      '--foreground',
      '--num-threads=1',
      `--key-file=${at('munge.key')}`,
      `--socket=${at('munge.socket')}`,
      `--pid-file=${at('munge.pid')}`,
      `--seed-file=${at('munge.seed')}`,
    );
    await until(() => existsSync(at('munge.socket')));
    start('slurmctld', '-D', '-c');
    start('slurmd', '-D', '-N', 'localhost');
    await until(() => stateOf(environment) === 'idle');
    return { environment, stop };
  } catch (error) {
    const logs = DAEMONS.map((name) => at(`${name}.log`)).filter((file) => existsSync(file));
    const said = logs.map((file) => readFileSync(file, 'utf8')).join('\n');
    await stop();
    throw new Error(`Slurm does not start\n${said}`, { cause: error });
  }
};

/** Cgroups can be left alone since 23.02; before, this plugin does nothing where nobody asks it. */
const version = (): number => {
  const [, major = '0'] = /(\d+)\./.exec(execFileSync('slurmd', ['-V'], { encoding: 'utf8', env: { PATH } })) ?? [];
  return Number(major);
};

const configuration = (at: (name: string) => string, [control, work]: readonly number[]): string => {
  const { username } = userInfo();
  return `ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${control}
SlurmdPort=${work}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${at('munge.socket')}
CredType=cred/munge
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=${SLOTS} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
`;
};

/** Ports that were free a moment ago. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const stateOf = (environment: Cluster['environment']): string => {
  try {
    const asked = ['--noheader', '--format=%T'];
    return execFileSync('sinfo', asked, {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'not there yet';
  }
};

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 300) throw new Error('it takes too long');
    await pause(100);
  }
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
