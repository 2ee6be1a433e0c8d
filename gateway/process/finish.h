// The end of a program whose success is needed.
#pragma once

#include "base/failure.h"
#include "base/task.h"

namespace vecext::gateway {

class Child;
class Client;

/// Waits for a program to end. Throws a Failure of the kind `fault` if it has failed, however that
/// was: a damaged file may make it crash. If it says in English that a disk is full, the kind is
/// kOutOfSpace. Throws a Failure kInternal if it could not be run, and a Failure kTimeout if the
/// client has gone. The name is for the message and the log.
Task<> finish(Child& child, const char* name, FailureKind fault, const Client* client);

}  // namespace vecext::gateway
