@testable import Providers

/// Answers in the bytes of each vendor.
let oddities: [VendorOddityTests.Oddity] = [
  .init(
    vendor: .mistral, model: "magistral-medium-latest", what: "the content is a list of chunks, thoughts first",
    whole: #"""
      {"id":"c","object":"chat.completion","model":"magistral-medium-latest","choices":[{"index":0,"finish_reason":"stop",
      "message":{"role":"assistant","tool_calls":null,"content":[{"type":"thinking","thinking":[{"type":"text",
      "text":"France, so"},{"type":"text","text":" Paris."}],"closed":true},{"type":"text","text":"Paris"},
      {"type":"reference","reference_ids":[1]}]}}],"usage":{"prompt_tokens":9,"total_tokens":40,"completion_tokens":31}}
      """#,
    stream: events([
      #"{"model":"magistral-medium-latest","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
      #"{"model":"magistral-medium-latest","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"France, so"}]}]}}]}"#,
      #"{"model":"magistral-medium-latest","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":" Paris."}]}]}}]}"#,
      #"{"model":"magistral-medium-latest","choices":[{"index":0,"delta":{"content":"Par"}}]}"#,
      #"{"model":"magistral-medium-latest","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"is"}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"total_tokens":40,"completion_tokens":31}}"#,
    ]),
    text: "Paris", thoughts: "France, so Paris.", usage: [9, 31, 0, 0]),
  .init(
    vendor: .groq, model: "llama-3.3-70b-versatile", what: "the usage stands in x_groq at the end of a stream",
    stream: events([
      #"{"model":"llama-3.3-70b-versatile","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"x_groq":{"id":"req_1"}}"#,
      #"{"model":"llama-3.3-70b-versatile","choices":[{"index":0,"delta":{"content":"Paris"},"finish_reason":null}]}"#,
      #"{"model":"llama-3.3-70b-versatile","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.01,"prompt_tokens":43,"prompt_time":0.002,"completion_tokens":3,"completion_time":0.01,"total_tokens":46,"total_time":0.012}}}"#,
    ]),
    text: "Paris", usage: [43, 3, 0, 0]),
  .init(
    vendor: .groq, model: "openai/gpt-oss-120b", what: "thoughts are called reasoning, and times stand in the usage",
    whole: #"""
      {"model":"openai/gpt-oss-120b","choices":[{"index":0,"message":{"role":"assistant","content":"Paris",
      "reasoning":"France's capital."},"logprobs":null,"finish_reason":"stop"}],"usage":{"queue_time":0.05,
      "prompt_tokens":78,"prompt_time":0.003,"completion_tokens":33,"completion_time":0.07,"total_tokens":111,
      "total_time":0.075,"completion_tokens_details":{"reasoning_tokens":21}},"usage_breakdown":null,
      "system_fingerprint":"fp","x_groq":{"id":"req_1","seed":7},"service_tier":"on_demand"}
      """#,
    text: "Paris", thoughts: "France's capital.", usage: [78, 33, 0, 21]),
  .init(
    vendor: .deepseek, model: "deepseek-v4-pro",
    what: "blank lines and comments until it has time, and hits of its cache",
    whole: "\n\n\n" + #"""
      {"model":"deepseek-v4-pro","choices":[{"index":0,"message":{"role":"assistant","content":"Paris",
      "reasoning_content":"France."},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":17,
      "completion_tokens":9,"total_tokens":26,"prompt_tokens_details":{"cached_tokens":16},
      "completion_tokens_details":{"reasoning_tokens":6},"prompt_cache_hit_tokens":16,"prompt_cache_miss_tokens":1}}
      """#,
    stream: ": keep-alive\n\n: keep-alive\n\n"
      + events([
        #"{"model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":""},"finish_reason":null}],"usage":null}"#,
        #"{"model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"content":null,"reasoning_content":"France."},"finish_reason":null}],"usage":null}"#,
        #"{"model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"content":"Paris","reasoning_content":null},"finish_reason":null}],"usage":null}"#,
        #"{"model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"content":"","reasoning_content":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":17,"completion_tokens":9,"total_tokens":26,"completion_tokens_details":{"reasoning_tokens":6},"prompt_cache_hit_tokens":16,"prompt_cache_miss_tokens":1}}"#,
      ]),
    text: "Paris", thoughts: "France.", usage: [17, 9, 16, 6]),
  .init(
    vendor: .xai, model: "grok-4.3", what: "reasoning is counted beside the completion",
    whole: #"""
      {"model":"grok-4.3","choices":[{"index":0,"message":{"role":"assistant","content":"Paris","refusal":null},
      "finish_reason":"stop"}],"usage":{"prompt_tokens":32,"completion_tokens":1,"total_tokens":327,
      "prompt_tokens_details":{"text_tokens":32,"audio_tokens":0,"image_tokens":0,"cached_tokens":6},
      "completion_tokens_details":{"reasoning_tokens":294,"audio_tokens":0,"accepted_prediction_tokens":0,
      "rejected_prediction_tokens":0},"num_sources_used":0}}
      """#,
    stream: events([
      #"{"model":"grok-4.3","choices":[{"index":0,"delta":{"content":"Par","role":"assistant"}}]}"#,
      #"{"model":"grok-4.3","choices":[{"index":0,"delta":{"content":"is"},"finish_reason":"stop"}]}"#,
      #"{"model":"grok-4.3","choices":[],"usage":{"prompt_tokens":32,"completion_tokens":1,"total_tokens":327,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":294}}}"#,
    ]),
    text: "Paris", usage: [32, 295, 6, 294]),
  .init(
    vendor: .together, model: "meta-llama/Llama-4", what: "an answer ends with eos",
    whole: #"""
      {"id":"t","object":"chat.completion","created":1,"model":"meta-llama/Llama-4","prompt":[],"choices":[{
      "finish_reason":"eos","seed":123,"logprobs":null,"index":0,"message":{"role":"assistant","content":"Paris",
      "tool_calls":[]}}],"usage":{"prompt_tokens":20,"completion_tokens":2,"total_tokens":22,"cached_tokens":0}}
      """#,
    stream: events([
      #"{"model":"meta-llama/Llama-4","choices":[{"index":0,"text":"Par","logprobs":null,"finish_reason":null,"delta":{"token_id":1,"role":"assistant","content":"Par","tool_calls":null}}],"usage":null}"#,
      #"{"model":"meta-llama/Llama-4","choices":[{"index":0,"text":"is","seed":123,"finish_reason":"eos","delta":{"token_id":2,"role":"assistant","content":"is","tool_calls":null}}],"usage":{"prompt_tokens":20,"completion_tokens":2,"total_tokens":22}}"#,
    ]),
    text: "Paris", usage: [20, 2, 0, 0]),
  .init(
    vendor: .fireworks, model: "accounts/fireworks/models/x", what: "the usage comes with the last text",
    whole: #"""
      {"model":"accounts/fireworks/models/x","choices":[{"index":0,"message":{"role":"assistant","content":"Paris",
      "reasoning_content":"France."},"finish_reason":"stop","token_ids":null}],"usage":{"prompt_tokens":20,
      "total_tokens":27,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":16}},"perf_metrics":null}
      """#,
    stream: events([
      #"{"model":"accounts/fireworks/models/x","choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}],"usage":null}"#,
      #"{"model":"accounts/fireworks/models/x","choices":[{"index":0,"delta":{"reasoning_content":"France."},"finish_reason":null}],"usage":null}"#,
      #"{"model":"accounts/fireworks/models/x","choices":[{"index":0,"delta":{"content":"Paris"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"total_tokens":27,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":16}}}"#,
    ]),
    text: "Paris", thoughts: "France.", usage: [20, 7, 16, 0]),
  .init(
    vendor: .gemini, model: "gemini-3-flash", what: "thoughts are in the total alone",
    whole: #"""
      {"choices":[{"finish_reason":"stop","index":0,"message":{"content":"Paris","role":"assistant","extra_content":{
      "google":{"thought_signature":"x"}}}}],"created":1,"id":"g","model":"gemini-3-flash","object":"chat.completion",
      "usage":{"completion_tokens":1,"prompt_tokens":8,"total_tokens":59}}
      """#,
    text: "Paris", usage: [8, 51, 0, 50]),
  .init(
    vendor: .azureFoundry, model: "mine", what: "the first chunk has the results of the filter and no choice",
    whole: #"""
      {"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"finish_reason":"stop",
      "index":0,"logprobs":null,"message":{"content":"Paris","refusal":null,"role":"assistant"}}],"model":"mine",
      "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"jailbreak":{"filtered":false}}}],
      "usage":{"completion_tokens":1,"prompt_tokens":8,"total_tokens":9}}
      """#,
    stream: events([
      #"{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}"#,
      #"{"choices":[{"content_filter_results":{},"delta":{"content":"","refusal":null,"role":"assistant"},"finish_reason":null,"index":0}],"model":"mine","usage":null}"#,
      #"{"choices":[{"content_filter_results":{"hate":{"filtered":false}},"delta":{"content":"Paris"},"finish_reason":null,"index":0}],"model":"mine","usage":null}"#,
      #"{"choices":[{"content_filter_offsets":{"check_offset":1},"content_filter_results":{"hate":{"filtered":false}},"delta":{},"finish_reason":null,"index":0}],"id":"","model":""}"#,
      #"{"choices":[{"delta":{},"finish_reason":"stop","index":0}],"model":"mine","usage":null}"#,
      #"{"choices":[],"model":"mine","usage":{"completion_tokens":1,"prompt_tokens":8,"total_tokens":9}}"#,
    ]),
    text: "Paris", usage: [8, 1, 0, 0]),
  .init(
    vendor: .openrouter, model: "z-ai/glm-5",
    what: "comments and blanks until the model has begun, and the cost at the end",
    whole: "\n         \n\n         \n" + #"""
      {"id":"gen-1","provider":"Z.AI","model":"z-ai/glm-5","object":"chat.completion","choices":[{"logprobs":null,
      "finish_reason":"stop","native_finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Paris",
      "refusal":null,"reasoning":"France.","reasoning_details":[{"type":"reasoning.text","text":"France."}]}}],
      "usage":{"prompt_tokens":8,"completion_tokens":6,"total_tokens":14,"cost":0.00012,"is_byok":false,
      "cost_details":{"upstream_inference_cost":null},"completion_tokens_details":{"reasoning_tokens":4}}}
      """#,
    stream: ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
      + events([
        #"{"model":"z-ai/glm-5","provider":"Z.AI","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"France."},"finish_reason":null,"native_finish_reason":null}]}"#,
        #"{"model":"z-ai/glm-5","provider":"Z.AI","choices":[{"index":0,"delta":{"role":"assistant","content":"Paris"},"finish_reason":"stop","native_finish_reason":"stop"}]}"#,
        #"{"model":"z-ai/glm-5","provider":"Z.AI","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":8,"completion_tokens":6,"total_tokens":14,"cost":0.00012,"is_byok":false,"completion_tokens_details":{"reasoning_tokens":4}}}"#,
      ]),
    text: "Paris", thoughts: "France.", usage: [8, 6, 0, 4], cost: 0.000_12),
  .init(
    vendor: .ollama, model: "qwen3", what: "thoughts are called reasoning",
    whole: #"""
      {"id":"chatcmpl-1","object":"chat.completion","model":"qwen3","system_fingerprint":"fp_ollama","choices":[{
      "index":0,"message":{"role":"assistant","content":"Paris","reasoning":"France."},"finish_reason":"stop"}],
      "usage":{"prompt_tokens":8,"completion_tokens":6,"total_tokens":14}}
      """#,
    stream: events([
      #"{"model":"qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"France."},"finish_reason":null}]}"#,
      #"{"model":"qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":"Paris"},"finish_reason":null}]}"#,
      #"{"model":"qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]}"#,
      #"{"model":"qwen3","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":6,"total_tokens":14}}"#,
    ]),
    text: "Paris", thoughts: "France.", usage: [8, 6, 0, 0]),
]

private func events(_ chunks: [String]) -> String {
  (chunks + ["[DONE]"]).map { "data: \($0)\n\n" }.joined()
}
