@testable import Providers

/// Errors in the bytes of each vendor.
let oddErrors: [VendorOddityTests.OddError] = [
  .init(
    vendor: .openai, what: "no quota", status: 429,
    body:
      #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
    kind: .insufficientQuota, words: "has no credit or quota left (429)"),
  .init(
    vendor: .openai, what: "too many tokens a minute", status: 429,
    headers: [
      "Content-Type": "application/json", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s",
      "x-ratelimit-remaining-requests": "99", "x-ratelimit-reset-requests": "120ms",
    ],
    body: #"{"error":{"message":"Rate limit reached for the-model","type":"tokens","code":"rate_limit_exceeded"}}"#,
    kind: .transient, words: "limits the rate (429): Rate limit reached", wait: 360),
  .init(
    vendor: .anthropic, what: "overloaded", status: 529,
    body: #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
    kind: .transient, words: "Anthropic is overloaded (529): Overloaded."),
  .init(
    vendor: .mistral, what: "a validator's list within the message", status: 422,
    body:
      #"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","metadata"],"msg":"Extra inputs are not permitted","input":{}}]},"type":"invalid_request_error","param":null,"code":null}"#,
    kind: .invalidRequest, words: "Mistral refused the request (422): metadata: Extra inputs are not permitted."),
  .init(
    vendor: .mistral, what: "the list twice, and a code that is a number", status: 422,
    body:
      #"{"object":"Error","detail":[{"type":"extra_forbidden","loc":["body","plugins"],"msg":"Extra inputs are not permitted","input":[]}],"message":[{"type":"extra_forbidden","loc":["body","plugins"],"msg":"Extra inputs are not permitted"}],"type":"invalid_request_error","code":3001}"#,
    kind: .invalidRequest, words: "plugins: Extra inputs are not permitted."),
  .init(
    vendor: .mistral, what: "too many requests", status: 429,
    body:
      #"{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited","param":null,"code":"1300"}"#,
    kind: .transient, words: "Mistral limits the rate (429): Requests rate limit exceeded."),
  .init(
    vendor: .groq, what: "what the model wrote is no JSON", status: 400,
    body:
      #"{"error":{"message":"Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"json_validate_failed","failed_generation":"{\"a\""}}"#,
    kind: .unusableAnswer, words: "Groq could not use what the model wrote (400): Failed to generate JSON"),
  .init(
    vendor: .groq, what: "too many tokens a minute", status: 429,
    headers: ["Content-Type": "application/json", "retry-after": "8"],
    body:
      #"{"error":{"message":"Rate limit reached for model `the-model` on tokens per minute (TPM): Limit 6000, Used 5800, Requested 1000. Please try again in 7.66s.","type":"tokens","code":"rate_limit_exceeded"}}"#,
    kind: .transient, words: "Groq limits the rate (429)", wait: 8),
  .init(
    vendor: .deepseek, what: "no balance", status: 402,
    body:
      #"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
    kind: .insufficientQuota,
    words: "DeepSeek says that the account has no credit or quota left (402): Insufficient Balance."),
  .init(
    vendor: .deepseek, what: "out of machines in the middle", status: 200,
    body:
      #"{"model":"the-model","choices":[{"index":0,"message":{"content":"Par"},"finish_reason":"insufficient_system_resource"}]}"#,
    kind: .transient, words: "DeepSeek cut the answer off (finish_reason insufficient_system_resource)."),
  .init(
    vendor: .xai, what: "the error is a text beside its code", status: 400,
    body:
      #"{"code":"Client specified an invalid argument","error":"Maximum prompt length is 131072 but the request contains 200000 tokens."}"#,
    kind: .invalidRequest, words: "xAI refused the request (400): Maximum prompt length is 131072"),
  .init(
    vendor: .xai, what: "no credits, as a rate limit", status: 429,
    body:
      #"{"code":"Some resource has been exhausted","error":"Your team 16f2 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit."}"#,
    kind: .insufficientQuota, words: "xAI says that the account has no credit or quota left (429)"),
  .init(
    vendor: .together, what: "an id before the error", status: 400,
    body:
      #"{"id":"o1","error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.","type":"invalid_request_error","param":"max_new_tokens","code":null}}"#,
    kind: .invalidRequest, words: "Together refused the request (400): Input validation error"),
  .init(
    vendor: .fireworks, what: "a suspended account, as a precondition", status: 412,
    body:
      #"{"error":{"message":"Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.","param":null,"code":"PRECONDITION_FAILED","type":"error"},"request_id":"r"}"#,
    kind: .insufficientQuota,
    words: "Fireworks says that the account has no credit or quota left (412): Account acme is suspended"),
  .init(
    vendor: .gemini, what: "a list around the error, and the pause among its details", status: 429,
    body:
      #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"27s"}]}}]"#,
    kind: .transient, words: "Gemini limits the rate (429): You exceeded your current quota", wait: 27),
  .init(
    vendor: .gemini, what: "a key that is none, as a bad request", status: 400,
    body:
      #"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}]"#,
    kind: .invalidRequest, words: "Gemini refused the request (400): API key not valid."),
  .init(
    vendor: .azureFoundry, what: "the filter refuses the input", status: 400,
    body:
      #"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}"#,
    kind: .unusableAnswer, words: "refused the input by its rules (400): The response was filtered"),
  .init(
    vendor: .openrouter, what: "an error with the status 200", status: 200,
    body:
      #"{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"{\"error\":{\"message\":\"no worker\"}}","provider_name":"Z.AI"}},"user_id":"u"}"#,
    kind: .transient, words: "OpenRouter failed (502): no worker."),
  .init(
    vendor: .openrouter, what: "credits for fewer tokens", status: 402,
    body:
      #"{"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 92.","code":402}}"#,
    kind: .insufficientQuota, words: "OpenRouter says that the account has no credit or quota left (402)"),
  .init(
    vendor: .ollama, what: "a model that was not pulled", status: 404,
    body:
      #"{"error":{"message":"model 'the-model' not found","type":"not_found_error","param":null,"code":null}}"#,
    kind: .notFound, words: "Pull it with ollama pull"),
]
