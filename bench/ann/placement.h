// Which cores a client and its backend run on.
#pragma once

namespace bench {

/// Binds the calling thread and a process to the first core they may use; whether that was allowed.
/// There is no way back: let both be for that alone.
bool bind_to_one_core(int process);

}  // namespace bench
