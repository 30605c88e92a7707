//! One whole document of CSAF.

use super::*;

#[test]
fn an_advisory() {
    insta::assert_snapshot!(Format::Csaf.write(&record()).unwrap(), @r####"
    {
      "document": {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "lang": "en",
        "title": "Out-of-bounds write in the loader",
        "distribution": {
          "text": "TLP:CLEAR: may be passed on without restriction.",
          "tlp": {
            "label": "WHITE",
            "url": "https://www.first.org/tlp/"
          }
        },
        "aggregate_severity": {
          "text": "critical"
        },
        "publisher": {
          "category": "vendor",
          "name": "Wasmtime",
          "namespace": "https://github.com/bytecodealliance",
          "contact_details": "https://bytecodealliance.org/security"
        },
        "notes": [
          {
            "category": "summary",
            "title": "Summary",
            "text": "Out-of-bounds write in the loader"
          }
        ],
        "references": [
          {
            "category": "external",
            "summary": "The advisory on GitHub",
            "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
          }
        ],
        "acknowledgments": [
          {
            "names": [
              "sofia-k"
            ],
            "summary": "finder",
            "urls": [
              "https://github.com/sofia-k"
            ]
          }
        ],
        "tracking": {
          "id": "GHSA-x5cm-v3r2-9fjq",
          "aliases": [
            "CVE-2026-12345"
          ],
          "status": "final",
          "version": "2",
          "initial_release_date": "2026-11-27T15:00:00Z",
          "current_release_date": "2026-11-28T09:30:00Z",
          "revision_history": [
            {
              "number": "1",
              "date": "2026-11-27T15:00:00Z",
              "summary": "Published."
            },
            {
              "number": "2",
              "date": "2026-11-28T09:30:00Z",
              "summary": "Changed: see the advisory on GitHub."
            }
          ],
          "generator": {
            "engine": {
              "name": "advisory-bot"
            }
          }
        }
      },
      "product_tree": {
        "branches": [
          {
            "category": "vendor",
            "name": "bytecodealliance",
            "branches": [
              {
                "category": "product_name",
                "name": "wasmtime",
                "branches": [
                  {
                    "category": "product_version_range",
                    "name": "vers:cargo/>=20.0.0|<24.0.13",
                    "product": {
                      "name": "wasmtime >= 20.0.0, < 24.0.13",
                      "product_id": "CSAFPID-0001",
                      "product_identification_helper": {
                        "purl": "pkg:cargo/wasmtime"
                      }
                    }
                  },
                  {
                    "category": "product_version_range",
                    "name": "vers:cargo/>=25.0.0|<36.0.14",
                    "product": {
                      "name": "wasmtime >= 25.0.0, < 36.0.14",
                      "product_id": "CSAFPID-0002",
                      "product_identification_helper": {
                        "purl": "pkg:cargo/wasmtime"
                      }
                    }
                  },
                  {
                    "category": "product_version",
                    "name": "41.0.0",
                    "product": {
                      "name": "wasmtime 41.0.0",
                      "product_id": "CSAFPID-0003",
                      "product_identification_helper": {
                        "purl": "pkg:cargo/wasmtime@41.0.0"
                      }
                    }
                  },
                  {
                    "category": "product_version",
                    "name": "24.0.13",
                    "product": {
                      "name": "wasmtime 24.0.13",
                      "product_id": "CSAFPID-0004",
                      "product_identification_helper": {
                        "purl": "pkg:cargo/wasmtime@24.0.13"
                      }
                    }
                  },
                  {
                    "category": "product_version",
                    "name": "36.0.14",
                    "product": {
                      "name": "wasmtime 36.0.14",
                      "product_id": "CSAFPID-0005",
                      "product_identification_helper": {
                        "purl": "pkg:cargo/wasmtime@36.0.14"
                      }
                    }
                  }
                ]
              },
              {
                "category": "product_name",
                "name": "wasmtime-c-api",
                "branches": [
                  {
                    "category": "product_version_range",
                    "name": "<=41.0",
                    "product": {
                      "name": "wasmtime-c-api <= 41.0",
                      "product_id": "CSAFPID-0006"
                    }
                  },
                  {
                    "category": "product_version",
                    "name": "41.0.1",
                    "product": {
                      "name": "wasmtime-c-api 41.0.1",
                      "product_id": "CSAFPID-0008"
                    }
                  }
                ]
              }
            ]
          }
        ],
        "full_product_names": [
          {
            "name": "wasmtime-c-api all of 42",
            "product_id": "CSAFPID-0007"
          }
        ]
      },
      "vulnerabilities": [
        {
          "cve": "CVE-2026-12345",
          "cwe": {
            "id": "CWE-787",
            "name": "Out-of-bounds Write"
          },
          "title": "Out-of-bounds write in the loader",
          "ids": [
            {
              "system_name": "GitHub Security Advisory",
              "text": "GHSA-x5cm-v3r2-9fjq"
            }
          ],
          "notes": [
            {
              "category": "description",
              "title": "Description",
              "text": "### Impact\n\nA guest writes \"outside\". Thanks to @sofia-k."
            },
            {
              "category": "other",
              "title": "Weaknesses",
              "text": "CWE-787, CWE-1395"
            }
          ],
          "product_status": {
            "known_affected": [
              "CSAFPID-0001",
              "CSAFPID-0002",
              "CSAFPID-0003",
              "CSAFPID-0006",
              "CSAFPID-0007"
            ],
            "fixed": [
              "CSAFPID-0004",
              "CSAFPID-0005",
              "CSAFPID-0008"
            ]
          },
          "scores": [
            {
              "products": [
                "CSAFPID-0001",
                "CSAFPID-0002",
                "CSAFPID-0003",
                "CSAFPID-0006",
                "CSAFPID-0007"
              ],
              "cvss_v3": {
                "version": "3.1",
                "vectorString": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H",
                "baseScore": 9.9,
                "baseSeverity": "CRITICAL"
              }
            }
          ],
          "remediations": [
            {
              "category": "vendor_fix",
              "details": "Patched in wasmtime 24.0.13.",
              "product_ids": [
                "CSAFPID-0001"
              ],
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            },
            {
              "category": "vendor_fix",
              "details": "Patched in wasmtime >= 36.0.14, < 37.0.0.",
              "product_ids": [
                "CSAFPID-0002"
              ],
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            },
            {
              "category": "none_available",
              "details": "No patched version of wasmtime is named.",
              "product_ids": [
                "CSAFPID-0003"
              ],
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            },
            {
              "category": "vendor_fix",
              "details": "Patched in wasmtime-c-api 41.0.1.",
              "product_ids": [
                "CSAFPID-0006"
              ],
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            },
            {
              "category": "none_available",
              "details": "No patched version of wasmtime-c-api is named.",
              "product_ids": [
                "CSAFPID-0007"
              ],
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            }
          ]
        }
      ]
    }
    "####);
}
