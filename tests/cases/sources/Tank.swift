import Foundation

enum TankError: Error {
    case empty
    case broken(reason: String)
}

/// Holds water.
final class Tank {
    private(set) var litres: Double
    let limit: Double

    init(limit: Double, litres: Double = 0) {
        self.limit = limit
        self.litres = litres
    }

    var isFull: Bool {
        return litres >= limit
    }

    func take(_ wanted: Double) throws -> Double {
        guard litres > 0 else {
            throw TankError.empty
        }
        if wanted > litres {
            let rest = litres
            litres = 0
            return rest
        }
        litres -= wanted
        return wanted
    }

    func describe() -> String {
        switch litres {
        case 0:
            return "empty"
        case 0..<(limit / 2):
            return "low (\(litres))"
        default:
            return "fine"
        }
    }
}

extension Array where Element == Tank {
    var total: Double {
        reduce(0) { sum, tank in
            sum + tank.litres
        }
    }
}
