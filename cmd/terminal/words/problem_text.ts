/** Problems of the client in words, a sentence each. @module */
import {
  ClientError,
  type ClientProblem,
  type DialFailure,
  type LossReason,
  type PeerFailure,
  type ProblemOf,
} from "../../../core/client/mod.ts";
import { offerFilesProblemText, peerProblemText } from "./peer_text.ts";

type Sentences = {
  readonly [Kind in ClientProblem["kind"]]: (problem: ProblemOf<Kind>) => string;
};

const SENTENCES: Sentences = {
  "cannot-dial": ({ server, failure }) => `Cannot connect to ${server}: ${dialText(failure)}`,
  "unknown-server": ({ server, fingerprint }) =>
    `${server} has never been seen. Its certificate's SHA-256 fingerprint is ${fingerprint}`,
  "unexpected-server": ({ server, fingerprint, expected }) =>
    `${server} shows another certificate than expected: ${fingerprint} instead of ${expected}`,
  "changed-server": ({ server, fingerprint, expected, line, path }) => {
    const before = expected.length > 0 ? expected.join(" or ") : "a line that cannot be read";
    return `The certificate of ${server} has changed: it was ${before}, now it is ${fingerprint}. ` +
      `Either the server has a new one, or somebody intercepts the connection. If its operator confirms that the new ` +
      `one is right, remove line ${line} of ${path}`;
  },
  "registration-refused": ({ text }) => text ?? "no reason given",
  "not-connected": () => "Not connected to the server",
  "connection-lost": ({ reason }) => `The connection to the server was lost: ${lossText(reason)}`,
  "closing": ({ reason }) => lossText(reason),
  "no-answer": ({ command }) =>
    `The server did not answer ${command === undefined ? "" : `${command} `}in time`,
  "server-refusal": ({ subject, text }) => subject === undefined ? text : `${subject}: ${text}`,
  "not-signed-in": () => "Not signed in: /register NAME or /login NAME first",
  "sign-in-first": ({ wanted }) => SIGN_IN_FIRST[wanted],
  "signed-in-as-another": ({ account }) => `Not signed in as ${account} any more`,
  "already-signed-in": ({ account }) => `Signed in as ${account}: /logout first`,
  "no-accounts": () => "This server has no accounts to sign in to",
  "no-registration": () => "This server does not let users register: ask its operator",
  "verification-required": ({ text }) => text ?? "The account must be verified first",
  "no-common-mechanism": ({ offered }) => `This server signs in by ${offered.join(", ")} only`,
  "wrong-password": ({ detail }) => detail ?? "Wrong name or password",
  "server-not-verified": ({ detail }) =>
    `The server could not prove that it knows this account: ${detail}`,
  "bad-challenge": () => "The server sent a challenge that is not base64",
  "out-of-order-sign-in": () => "The server violates the order of signing in",
  "bad-account-name": ({ name }) =>
    `Cannot use "${name}" as a name: it takes 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | \``,
  "empty-password": () => "The password is empty",
  "password-with-controls": () => "A password has no control characters",
  "password-too-long": ({ maxBytes }) => `A password has at most ${maxBytes} bytes`,
  "too-long": ({ maxBytes }) => `Cannot say more than ${maxBytes} bytes at once`,
  "too-long-for-link": ({ message }) => message,
  "left-room": ({ room }) => `Not in ${room} any more`,
  "not-sent": ({ reason }) => `Not sent: ${lossText(reason)}`,
  "not-sent-to": ({ to }) => `Not sent to ${to}: not connected to the server`,
  "queue-full": ({ waiting, text }) =>
    `Not connected, and ${waiting} lines wait already: "${text}" is not sent`,
  "unconfirmed": ({ text }) => `May or may not have been said: "${text}"`,
  "no-history": () => "This server keeps no history",
  "no-notes": () => "This server does not carry notes between clients (message-tags)",
  "not-online": ({ nick }) => `${nick} is not online`,
  "not-delivered": ({ to, failure }) => `Not delivered to ${to}: ${peerFailureText(failure)}`,
  "too-many-offers": () => "Too many offers wait for an answer",
  "no-such-offer": ({ number, wanted }) =>
    number === undefined ? NO_OFFER[wanted] : `There is no offer ${number} to answer`,
  "no-such-stream": ({ number }) =>
    `${
      number === undefined ? "There is no such stream" : `There is no stream ${number}`
    } to do that with`,
  "bad-peer-name": ({ name }) => `"${name}" is not a valid account name`,
  "not-in-room": ({ room }) => `You are not in ${room}`,
  "nobody-in-room": ({ room }) => `Nobody else with an account is in ${room}`,
  "nobody-answers-in-room": ({ room }) =>
    `Nobody in ${room} has a client that answers, or one that takes streams`,
  "call-with-room": () => "A call is with one person",
  "cannot-offer-files": ({ problem }) => offerFilesProblemText(problem),
  "cannot-use-source": ({ message }) => message,
  "not-offered": ({ to, untrusted, failure }) =>
    `${untrusted ? "" : `Not offered to ${to}: `}${peerFailureText(failure)}`,
  "unexpected": ({ message }) => message,
};

const SIGN_IN_FIRST = {
  files: "Sign in first: files go from account to account",
  streams: "Sign in first: streams go from account to account",
  links: "Not signed in: there are no direct links",
} as const;

const NO_OFFER = {
  answer: "No offer waits for your answer",
  end: "Nothing is offered or under way",
} as const;

/** The sentence of a problem. */
export function problemText(problem: ClientProblem): string {
  // The table maps each kind to the function for its type.
  return (SENTENCES[problem.kind] as (problem: ClientProblem) => string)(problem);
}

/** The sentence of any error. */
export function errorText(error: unknown): string {
  if (error instanceof ClientError) return problemText(error.problem);
  return error instanceof Error ? error.message : String(error);
}

/** The reason for losing the connection to the server. */
export function lossText(reason: LossReason): string {
  switch (reason.kind) {
    case "hung-up":
      return "the server hung up";
    case "not-reading":
      return "the server does not read what is sent";
    case "silent":
      return "the server has gone silent";
    case "goodbye":
      return "said goodbye";
    case "stopping":
      return "the client stops";
    case "bad-line":
      return `the server sent a line that is ${BAD_LINES[reason.fault]}`;
    case "too-many-batches":
      return `Cannot hold more than ${reason.max} open batches`;
    case "too-many-batched-lines":
      return `Cannot hold more than ${reason.max} lines of open batches`;
    case "socket":
    case "unexpected":
      return reason.message;
    case "server-said":
    case "closed-here":
      return reason.text;
    case "problem":
      return problemText(reason.problem);
  }
}

const BAD_LINES = {
  "too-long": "too long",
  "control": "not text: it has control characters",
  "not-utf8": "not UTF-8",
  "endless": "too long",
} as const;

function dialText(failure: DialFailure): string {
  return failure.kind === "other" ? failure.message : DIAL_FAILURES[failure.kind];
}

const DIAL_FAILURES: Readonly<Record<Exclude<DialFailure["kind"], "other">, string>> = {
  "refused": "connection refused, nothing listens there",
  "hung-up": "the server hung up",
  "unknown-host": "there is no such host",
  "host-unreachable": "the host cannot be reached",
  "network-unreachable": "the network cannot be reached",
  "no-answer": "no answer",
  "not-tls": "it does not answer with TLS",
  "no-certificate": "no certificate",
};

/** The reason for a direct link's failure. */
export function peerFailureText(failure: PeerFailure): string {
  switch (failure.kind) {
    case "unreachable": {
      const ways = failure.ways.map((way) => typeof way === "string" ? way : problemText(way));
      return `Cannot reach ${failure.account}: ${ways.join("; ")}`;
    }
    case "stopped-answering":
      return "their client does not answer any more";
    case "verified-but-silent":
      return "their client does not answer, and messages to a verified person never go through the server";
    case "takes-no-streams":
      return "their client does not answer, or takes no streams";
    case "link":
      return peerProblemText(failure.problem);
    case "other":
      return failure.message;
  }
}
