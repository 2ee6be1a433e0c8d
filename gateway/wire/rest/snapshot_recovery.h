// Recovery of collections of snapshots that are kept here, or sent.
#pragma once

#include "wire/http/message.h"
#include "wire/rest/request.h"

namespace vecext::gateway::rest {

/// Makes a collection of the file whose `location` the body has. It is a snapshot in our folder.
Task<HttpReply> recover_kept(Request& request);

/// Makes a collection of the file in the body, which is not kept.
Task<HttpReply> recover_sent(Request& request);

}  // namespace vecext::gateway::rest
