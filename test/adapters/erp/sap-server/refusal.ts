// How the stand-in of SAP refuses: in the words of SAP's error body. Used inside test/adapters/erp/sap-server and by tests.

export interface Detail {
  readonly code: string
  readonly message: string
  readonly propertyref?: string
  readonly severity?: string
}

export class SapRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly details: ReadonlyArray<Detail>

  constructor(status: number, code: string, message: string, details: ReadonlyArray<Detail> = []) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  get body(): string {
    return JSON.stringify({
      error: {
        code: this.code,
        message: { lang: "en", value: this.message },
        innererror: {
          transactionid: "0",
          errordetails: [
            ...this.details,
            { code: this.code, message: this.message, propertyref: "", severity: "error" }
          ]
        }
      }
    })
  }
}

/** What the gateway refuses before any transaction sees it: a body that isn't of the service's own form. */
export const malformed = (message: string, field?: string): SapRefusal =>
  new SapRefusal(
    400,
    "/IWBEP/CM_MGW_RT/176",
    message,
    field === undefined ? [] : [{ code: "/IWBEP/CM_MGW_RT/176", message, propertyref: field, severity: "error" }]
  )

/** What a transaction refuses. */
export const refused = (code: string, message: string): SapRefusal => new SapRefusal(400, code, message)

export const absent = (message = "Resource not found"): SapRefusal =>
  new SapRefusal(404, "/IWBEP/CM_MGW_RT/020", message)
