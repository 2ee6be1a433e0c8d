// The server behind vecextd: what it is, and how far its standbys are.
import { call } from "./api.ts";
import { seconds, size } from "./format.ts";
import { Badge, Loaded, Table, useLoad } from "./parts.tsx";

interface Standby {
  name: string;
  address: string | null;
  state: string | null;
  sync_state: string | null;
  lag_bytes: number | null;
  replay_lag_seconds: number | null;
}

interface Slot {
  name: string;
  type: string;
  active: boolean;
  wal_status: string | null;
  kept_bytes: number | null;
}

interface State {
  server_version: string;
  database: string;
  role: "primary" | "standby";
  lsn: string | null;
  sees_all: boolean;
  has_citus: boolean;
  receive_lag_bytes: number | null;
  replay_lag_seconds: number | null;
  standbys: Standby[];
  slots: Slot[];
}

export function Replication() {
  const load = useLoad(() => call<State>("GET", "vecext/replication"), []);
  return (
    <section>
      <div class="row head">
        <h1>Replication</h1>
        <span class="grow" />
        <button onClick={load.reload} disabled={load.isLoading}>
          Refresh
        </button>
      </div>
      <Loaded from={load}>
        {(state) => (
          <>
            <p>
              PostgreSQL {state.server_version}, database <code>{state.database}</code>, is a <Badge kind={state.role} /> at <code>{state.lsn ?? "an unknown place"}</code>.
            </p>
            {state.role === "standby" && (
              <p>
                {state.receive_lag_bytes === null ? "How much it has left to replay is not known." : `It has ${size(state.receive_lag_bytes)} left to replay.`}{" "}
                {state.replay_lag_seconds === null ? "How far it is behind is not known." : `It is ${seconds(state.replay_lag_seconds)} behind.`}
              </p>
            )}
            {state.has_citus && <p>Citus is installed: collections may be spread over nodes.</p>}
            {!state.sees_all && <p class="note">The role of vecextd does not see all: grant it pg_read_all_stats.</p>}
            <h2>Standbys</h2>
            {state.standbys.length === 0 ? (
              <p class="empty">No standby is connected to this server.</p>
            ) : (
              <Table<Standby>
                caption="Standbys"
                rows={state.standbys}
                columns={[
                  { label: "Name", show: (row) => row.name },
                  { label: "Address", show: (row) => row.address ?? "local" },
                  { label: "State", show: (row) => row.state ?? "not known" },
                  { label: "Synchronous", show: (row) => row.sync_state ?? "not known" },
                  { label: "Behind", isNumber: true, show: (row) => size(row.lag_bytes) },
                  { label: "Lag", isNumber: true, show: (row) => (row.replay_lag_seconds === null ? "idle" : seconds(row.replay_lag_seconds)) },
                ]}
              />
            )}
            <h2>Slots</h2>
            {state.slots.length === 0 ? (
              <p class="empty">There is no replication slot.</p>
            ) : (
              <Table<Slot>
                caption="Slots"
                rows={state.slots}
                columns={[
                  { label: "Name", show: (row) => row.name },
                  { label: "Type", show: (row) => row.type },
                  { label: "In use", show: (row) => (row.active ? "yes" : "no") },
                  { label: "WAL", show: (row) => row.wal_status ?? "none" },
                  { label: "Kept", isNumber: true, show: (row) => size(row.kept_bytes) },
                ]}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}
