# frozen_string_literal: true

require "set"

module Garden
  # A bed with rows of plants.
  class Bed
    include Enumerable

    KINDS = %w[tulip rose {wild}].freeze
    NAME = /\A[a-z"({]+\z/

    attr_reader :rows

    def initialize(rows = [])
      @rows = rows
      @watered = Set.new
    end

    def each
      return enum_for(:each) unless block_given?

      rows.each { |row| yield row }
    end

    def water(row, times: 1)
      raise ArgumentError, "no row #{row}" unless rows.include?(row)

      times.times do |n|
        @watered << [row, n]
      end
      self
    end

    def dry?
      rows.any? do |row|
        @watered.none? { |(other, _)| other == row }
      end
    end

    def describe
      case rows.size
      when 0
        "empty"
      when 1..3
        "small: #{rows.join(', ')}"
      else
        "large"
      end
    end
  end
end
