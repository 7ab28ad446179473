import Testing

@testable import Evaluation

/// The estimate of a text's tokens beside what OpenAI's `o200k` counts.
///
/// The weights were fitted to other texts of the same kinds.
@Suite struct TextSizeTests {
  private static let samples: [(kind: String, tokens: Int, text: String)] = [
    (
      "english summary prompt", 71,
      #"""
      Summarize the following meeting transcript for someone who could not attend. Start with the decisions that were made, then list the action items with the person responsible and the deadline, and finish with open questions. Keep it under 200 words. Do not mention small talk, and do not guess who said what if the transcript does not say so. Transcript:
      """#
    ),
    (
      "english extraction prompt", 73,
      #"""
      Extract the invoice number, the total amount including tax, the currency and the due date from the document below. Return a JSON object with exactly the keys invoice_number, total, currency and due_date. Use null for anything that is missing. Dates must be written as YYYY-MM-DD. If several totals are shown, take the one that the customer has to pay.
      """#
    ),
    (
      "english product text", 84,
      #"""
      Built for long winters, the Fjord 2 is a double-wall tent with a waterproof floor, two vestibules and aluminium poles. It packs down to 45 x 16 cm, weighs 2.4 kg and sets up in about five minutes, even with gloves on. The rain fly is made from recycled polyester (75D, 3,000 mm), and all seams are taped at the factory.
      """#
    ),
    (
      "english news", 55,
      #"""
      The city council voted on Tuesday to postpone the construction of a new tram line after residents complained about the loss of parking spaces. Mayor Helen Whitfield said the administration would present a revised proposal in the spring, adding that the delay would cost taxpayers roughly £1.2 million.
      """#
    ),
    (
      "english chat", 50,
      #"""
      lol ok so basically i ordered the blue one not the red one?? and now ur website says i cant return it bc its "final sale" which it def was NOT when i bought it. can u pls just send me the right one thx
      """#
    ),
    (
      "english questions", 63,
      #"""
      Q: What is the difference between a virus and a bacterium?
      A: Bacteria are single-celled organisms that can live on their own, whereas viruses need a host cell to reproduce.
      Q: Why is the sky blue?
      A: Because air molecules scatter short wavelengths of sunlight more strongly than long ones.
      """#
    ),
    (
      "SQL", 93,
      #"""
      SELECT c.customer_id, c.name, COUNT(o.id) AS orders, SUM(o.total) AS revenue
      FROM customers c
      LEFT JOIN orders o ON o.customer_id = c.customer_id AND o.created_at >= '2026-01-01'
      WHERE c.country IN ('DE', 'AT', 'CH')
      GROUP BY c.customer_id, c.name
      HAVING SUM(o.total) > 1000
      ORDER BY revenue DESC
      LIMIT 50;
      """#
    ),
    (
      "JavaScript", 92,
      #"""
      export async function fetchOrders(userId, { limit = 20, cursor } = {}) {
        const params = new URLSearchParams({ limit: String(limit) });
        if (cursor) params.set("cursor", cursor);
        const response = await fetch(`/api/users/${userId}/orders?${params}`);
        if (!response.ok) {
          throw new Error(`Request failed with status ${response.status}`);
        }
        return response.json();
      }

      """#
    ),
    (
      "JSON", 101,
      #"""
      {"order": {"id": 48213, "status": "in_transit", "items": [{"sku": "TNT-002-BL", "quantity": 1, "price": 249.9}, {"sku": "PEG-010", "quantity": 2, "price": 7.5}], "shipping": {"method": "standard", "address": {"city": "Oslo", "zip": "0150", "country": "NO"}}}}
      """#
    ),
    (
      "XML", 63,
      #"""
      <?xml version="1.0" encoding="UTF-8"?>
      <orders>
        <order id="48213" status="shipped">
          <customer>Margaret O'Neill</customer>
          <total currency="EUR">129.90</total>
        </order>
      </orders>

      """#
    ),
    (
      "Chinese", 69,
      #"""
      这款帐篷非常轻便,适合两个人使用。我们上周末在山里遇到了大雨,里面完全没有漏水。唯一的缺点是地钉质量一般,第一天就弯了两根。总体来说物超所值,推荐给喜欢徒步旅行的朋友。
      """#
    ),
    (
      "Japanese", 64,
      #"""
      このテントはとても軽くて、設営も簡単でした。先週末は山で大雨に降られましたが、まったく浸水しませんでした。ただしペグの品質はあまり良くなく、初日に二本曲がってしまいました。
      """#
    ),
    (
      "Korean", 58,
      #"""
      이 텐트는 매우 가볍고 설치도 쉬웠습니다. 지난 주말 산에서 비가 많이 왔지만 물이 전혀 새지 않았습니다. 다만 말뚝의 품질이 좋지 않아 첫날에 두 개가 휘었습니다.
      """#
    ),
    (
      "Russian", 56,
      #"""
      Эта палатка очень лёгкая и легко устанавливается. В прошлые выходные мы попали в горах под сильный дождь, но внутри было совершенно сухо. Единственный недостаток — колышки: два из них погнулись в первый же день.
      """#
    ),
    (
      "German", 51,
      #"""
      Das Zelt ist sehr leicht und lässt sich schnell aufbauen. Am letzten Wochenende hat es in den Bergen stark geregnet, aber innen blieb alles trocken. Nur die Heringe sind von schlechter Qualität: Zwei haben sich schon am ersten Tag verbogen.
      """#
    ),
    (
      "Polish", 60,
      #"""
      Namiot jest bardzo lekki i łatwo się go rozkłada. W ostatni weekend w górach mocno padało, ale w środku było całkowicie sucho. Jedyną wadą są śledzie: dwa wygięły się już pierwszego dnia.
      """#
    ),
    (
      "Turkish", 55,
      #"""
      Çadır çok hafif ve kurulumu kolay. Geçen hafta sonu dağda şiddetli yağmur yağdı ama içerisi tamamen kuru kaldı. Tek kusuru kazıkların kalitesi: ikisi daha ilk gün büküldü.
      """#
    ),
    (
      "Vietnamese", 48,
      #"""
      Chiếc lều này rất nhẹ và dễ dựng. Cuối tuần trước trời mưa to trên núi nhưng bên trong vẫn hoàn toàn khô ráo. Nhược điểm duy nhất là cọc lều kém chất lượng.
      """#
    ),
    (
      "Arabic", 44,
      #"""
      هذه الخيمة خفيفة جدا وسهلة التركيب. هطلت أمطار غزيرة في الجبال نهاية الأسبوع الماضي، لكن الداخل بقي جافا تماما. العيب الوحيد هو الأوتاد.
      """#
    ),
    (
      "Hindi", 34,
      #"""
      यह तंबू बहुत हल्का है और आसानी से लग जाता है। पिछले सप्ताहांत पहाड़ों में तेज बारिश हुई, लेकिन अंदर सब कुछ सूखा रहा।
      """#
    ),
    (
      "emoji", 34,
      #"""
      Best tent ever 🏕️🔥🔥 kids loved it 👧👦❤️ 10/10 would camp again 😂😂😂 #camping #outdoors ✅
      """#
    ),
    (
      "numbers", 58,
      #"""
      3.14159 2.71828 1.41421 1.73205 0.57721 299792458 6.02214076e23 1.602176634e-19 2026-11-27 10:03:31
      """#
    ),
  ]

  private func error(_ sample: (kind: String, tokens: Int, text: String)) -> Double {
    Double(TextSize.of(sample.text)) / Double(TextSize.token * sample.tokens) - 1
  }

  @Test func `English is estimated to a tenth, and nothing to less than half or more than twice`() {
    for sample in Self.samples {
      let most = sample.kind.hasPrefix("english") ? 0.1 : sample.kind == "JSON" ? 0.2 : 0.35
      #expect(abs(error(sample)) < most, "\(sample.kind)")
    }
    let errors = Self.samples.map { abs(error($0)) }
    #expect(errors.reduce(0, +) / Double(errors.count) < 0.12)
  }

  @Test func `an empty text has no tokens, and any other at least one`() {
    #expect(TextSize.of("") == 0)
    for text in ["a", " ", "\n", ".", "7", "é", "字", "🙂"] {
      #expect(TextSize.of(text) >= TextSize.token / 2, "\(text)")
    }
  }

  @Test func `texts are about as long together as one by one`() {
    let (one, other) = (Self.samples[0].text, Self.samples[1].text)
    let both = TextSize.of(one + "\n" + other)
    #expect(abs(both - TextSize.of(one) - TextSize.of(other)) <= 2 * TextSize.token)
  }
}
