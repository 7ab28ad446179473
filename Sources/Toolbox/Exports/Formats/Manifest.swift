import JSONCoding
import Store

extension ExportFormat {
  static let manifest = ExportFormat(
    .run, nil, "/manifest.json", "application/json", toolset: "runs", name: "run manifest",
    title: "What a run was asked and scored by",
    "Template, settings, model, dataset, metrics, judge and versions as JSON, with a hash that is the same for runs asked "
      + "and scored alike.", record: .runs
  ) { services, ids in
    ExportText(JSONPrettyWriter.text(.object(try await services.manifest(ofRun: ids[0]).object)))
  }
}
